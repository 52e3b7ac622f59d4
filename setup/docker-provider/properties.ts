import { isDeepStrictEqual } from "node:util";
import structPb from "google-protobuf/google/protobuf/struct_pb.js";

/** A property value as Pulumi sends it: JSON in which signatures mark secrets, outputs and unknown values. */
export type Value = null | boolean | number | string | Value[] | Bag;
/** Property values by name. */
export type Bag = { [key: string]: Value };

// These constants are part of Pulumi's wire protocol.
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
const UNKNOWNS = new Set([
  "04da6b54-80e4-46f7-96ec-b56ff0331ba9", // string
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7", // bool
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421", // number
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2", // array
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff", // object
  "030794c1-ac77-496b-92df-f27374a8bd58", // asset
  "e48ece36-62e2-4504-bad9-02848725956a", // archive
]);

/** Pulumi's placeholder for a value that is unknown until the update runs. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Reads a protobuf struct; an absent one is an empty bag. */
export function readStruct(struct: structPb.Struct | undefined): Bag {
  return (struct?.toJavaScript() ?? {}) as Bag;
}

/** Writes a bag as a protobuf struct. */
export function writeStruct(bag: Bag): structPb.Struct {
  return structPb.Struct.fromJavaScript(bag as { [key: string]: structPb.JavaScriptValue });
}

/** Whether a value is a JSON object. */
export function isBag(value: Value | undefined): value is Bag {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Marks a value as secret. */
export function secret(value: Value): Bag {
  return { [SIGNATURE]: SECRET, value };
}

/** Whether a value is not known yet. */
export function isUnknown(value: Value | undefined): boolean {
  return typeof value === "string" && UNKNOWNS.has(value);
}

/** The value without marks of secrets at any depth, and without nulls in objects. Unknown values become UNKNOWN. */
export function plain(value: Value): Value {
  if (isUnknown(value)) return UNKNOWN;
  if (Array.isArray(value)) return value.map(plain);
  if (!isBag(value)) return value;
  if (value[SIGNATURE] === SECRET) return plain(value.value ?? null);
  if (value[SIGNATURE] === OUTPUT) return value.value === undefined ? UNKNOWN : plain(value.value);
  return plainBag(value);
}

/** Applies {@link plain} to each value of a bag. */
export function plainBag(bag: Bag): Bag {
  const entries = Object.entries(bag).map(([key, value]) => [key, plain(value)] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== null));
}

/** Whether anything in a value is marked as secret. */
export function hasSecret(value: Value | undefined): boolean {
  if (Array.isArray(value)) return value.some(hasSecret);
  if (!isBag(value)) return false;
  if (value[SIGNATURE] === SECRET) return true;
  if (value[SIGNATURE] === OUTPUT && value.secret === true) return true;
  return Object.values(value).some(hasSecret);
}

/** Whether the property at a path is secret, by itself or because an object around it is. */
export function isSecretAt(value: Value | undefined, path: string[]): boolean {
  if (!isBag(value)) return hasSecret(value);
  if (value[SIGNATURE] === SECRET || (value[SIGNATURE] === OUTPUT && value.secret === true)) return true;
  if (value[SIGNATURE] === OUTPUT) return isSecretAt(value.value, path);
  const [key, ...rest] = path;
  return key === undefined ? hasSecret(value) : isSecretAt(value[key], rest);
}

/** Whether any part of a value is unknown. */
export function hasUnknown(value: Value): boolean {
  const bare = plain(value);
  if (Array.isArray(bare)) return bare.some(hasUnknown);
  return isBag(bare) ? Object.values(bare).some(hasUnknown) : isUnknown(bare);
}

/** Changes an object and keeps the marks around it; a value that is no object is returned as it is. */
export function mapInside(value: Value, change: (bag: Bag) => Bag): Value {
  if (!isBag(value)) return value;
  if (value[SIGNATURE] === undefined) return change(value);
  return value.value === undefined ? value : { ...value, value: mapInside(value.value, change) };
}

/** Whether two plain values are equal. An unknown value equals no other, because it may become anything. */
export function sameValue(left: Value | undefined, right: Value | undefined): boolean {
  if (right !== undefined && hasUnknown(right)) return false;
  return isDeepStrictEqual(left, right);
}

import type { TSchema } from "typebox";
import Value from "typebox/value";
import { list } from "./words.ts";

/*
 * Says what is wrong with a value that a person wrote, by the first error of its schema. Schemas may carry two keywords of ours:
 *
 *   allowed   what a part may be, in words, where the schema itself is hard to read, as that of a union
 *   secret    a part whose values are nobody's business: of it the kind is named (`a number`), never the value
 *
 * Examples for a schema with `method` (GET or POST) and the secret `headers`:
 *
 *   value                     path          got                        allowed
 *   { method: "put" }         /method       "put"                      GET or POST
 *   { metod: "GET" }          /metod        a key that does not exist  headers, method
 *   { headers: { a: 7 } }     /headers/a    a number                   text or {fromEnv: NAME}
 */

/** The first fault of a value: where it is (a JSON pointer, empty for the whole), what is there, and what may be there. */
export type SchemaFault = { readonly path: string; readonly got: string; readonly allowed: string };

type Facts = {
  readonly allowed?: string;
  readonly secret?: true;
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly minLength?: number;
  readonly minItems?: number;
  readonly pattern?: string;
  readonly properties?: Readonly<Record<string, unknown>>;
};

/** Finds the first fault; undefined for a value that the schema allows. */
export function schemaFault(schema: TSchema, value: unknown): SchemaFault | undefined {
  const errors = Value.Errors(schema, value);
  // Errors within a union's members only say which members do not fit: the union's own error follows them.
  const error = errors.find(({ schemaPath, keyword }) => !isOfMember(schemaPath) && keyword !== "additionalProperties");
  if (!error) return undefined;
  const { keyword, instancePath, schemaPath } = error;
  if (keyword === "boolean") {
    const parent = factsAt(schema, schemaPath.slice(0, schemaPath.lastIndexOf("/")));
    return {
      path: instancePath,
      got: "a key that does not exist",
      allowed: list(Object.keys(parent.properties ?? {}), 40),
    };
  }
  if (keyword === "required") {
    const [missing = ""] =
      (error.params as { readonly requiredProperties?: readonly string[] }).requiredProperties ?? [];
    const wanted = factsAt(schema, `${schemaPath}/properties/${missing}`);
    return { path: `${instancePath}/${missing}`, got: "nothing", allowed: inWords(wanted) };
  }
  const there = Value.Pointer.Get(value, instancePath);
  const got = isSecret(schema, schemaPath) || typeof there === "object" ? kindOf(there) : JSON.stringify(there);
  return { path: instancePath, got, allowed: inWords(factsAt(schema, schemaPath)) };
}

const isOfMember = (schemaPath: string): boolean => /\/(anyOf|oneOf)\//.test(schemaPath);

const factsAt = (schema: TSchema, path: string): Facts =>
  (Value.Pointer.Get(schema, path.replace(/^#/, "")) ?? {}) as Facts;

/** Whether a part of the schema, or anything around it, is marked as secret. */
function isSecret(schema: TSchema, path: string): boolean {
  const parts = path.split("/");
  return parts.some((_, index) => factsAt(schema, parts.slice(0, index + 1).join("/")).secret === true);
}

function inWords(facts: Facts): string {
  if (facts.allowed) return facts.allowed;
  if (facts.enum) return facts.enum.map(String).join(", ");
  if (facts.const !== undefined) return JSON.stringify(facts.const);
  const { type, minimum, maximum, exclusiveMinimum, minLength, minItems, pattern } = facts;
  if (type === "integer" || type === "number") {
    const kind = type === "integer" ? "a whole number" : "a number";
    const least = exclusiveMinimum === undefined ? minimum : exclusiveMinimum;
    const from =
      least === undefined ? "" : exclusiveMinimum === undefined ? ` of at least ${least}` : ` above ${least}`;
    return `${kind}${from}${maximum === undefined ? "" : `${from ? " and" : " of"} at most ${maximum}`}`;
  }
  if (type === "string") {
    return pattern ? `text that matches ${pattern}` : minLength ? "text that is not empty" : "text";
  }
  if (type === "boolean") return "true, false";
  if (type === "array") return `a list${minItems ? ` of at least ${minItems}` : ""}`;
  return facts.properties ? `an object with the keys ${list(Object.keys(facts.properties), 40)}` : "an object";
}

function kindOf(value: unknown): string {
  if (value === undefined || value === null) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "string") return value === "" ? "empty text" : "text";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

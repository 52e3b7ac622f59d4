import Type, { type Static, type TObject, type TProperties, type TSchema } from "typebox";
import { Check } from "typebox/schema";
import { didYouMean } from "../../common/did-you-mean.ts";
import { UserError } from "../../common/user-error.ts";

/** The parts of a TypeBox schema that say which values are allowed. Config values are flat, so one level is enough. */
type Facts = {
  readonly type?: string;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  /** A pattern in words. */
  readonly allowed?: string;
};

/** Says in words which values a schema takes. */
export function allowedValues(schema: TSchema): string {
  const { type, minimum, exclusiveMinimum, maximum, enum: options, pattern, allowed } = schema as Facts;
  if (allowed) return allowed;
  if (options) return options.join(", ");
  if (type === "boolean") return "true, false";
  if (type === "integer" || type === "number") {
    const kind = type === "integer" ? "a whole number" : "a number";
    if (minimum !== undefined && maximum !== undefined) return `${kind} from ${minimum} to ${maximum}`;
    if (exclusiveMinimum !== undefined && maximum !== undefined) {
      return `${kind} above ${exclusiveMinimum}, at most ${maximum}`;
    }
    return minimum === undefined ? kind : `${kind} of at least ${minimum}`;
  }
  return pattern ? `text that matches ${pattern}` : "text that is not empty";
}

/** The same settings with other defaults. */
export function withDefaults<Properties extends TProperties>(
  schema: TObject<Properties>,
  defaults: { readonly [Key in keyof Properties]?: Static<Properties[Key]> },
): TObject<Properties> {
  const properties = Object.entries(schema.properties).map(([key, property]) => {
    return [key, key in defaults ? { ...property, default: defaults[key] } : property];
  });
  return Type.Object(Object.fromEntries(properties));
}

/** A way out of a refusal: config values with which an `up` is accepted, and what it does, such as `Keep it`. */
export type WayOut = { readonly what: string; readonly config: Readonly<Record<string, string>> };

/** What is wrong with a setting, whoever gave it. */
export type SettingFault = {
  readonly key: string;
  /** `got "v9", allowed: v1, v2`, or `no such key, allowed: …`. */
  readonly what: string;
  readonly isUnknownKey: boolean;
  /** The text that may be mistyped, and those of which one may have been meant. */
  readonly typed: string;
  readonly candidates: readonly string[];
  /** Where its default may be refused as well. */
  readonly ways?: readonly WayOut[];
};

/** A setting that is refused. The next step depends on where its value comes from, which whoever read it adds. */
export class SettingError extends UserError {
  readonly fault: SettingFault;

  constructor(fault: SettingFault, nextStep = "") {
    const { key, what, typed, candidates } = fault;
    super(`config ${key}: ${what}.${didYouMean(typed, candidates)} ${nextStep}`.trimEnd());
    this.fault = fault;
  }
}

/** Makes the error of a wrong value; `candidates` are the allowed values where they can be named. */
export const wrongValue = (
  key: string,
  got: unknown,
  allowed: string,
  candidates: readonly string[] = [],
): SettingError =>
  new SettingError({
    key,
    what: `got ${JSON.stringify(got)}, allowed: ${allowed}`,
    isUnknownKey: false,
    typed: String(got),
    candidates,
  });

/** Makes the error of a setting that contradicts another one or what runs now. */
export const conflictError = ({ key, got, allowed, ...rest }: SettingConflict | LiveConflict): SettingError =>
  new SettingError({ ...wrongValue(key, got, allowed).fault, ...rest });

/** Reads a value from config text, which is all that stack files and `-c` give; null if the text is no value of that type. */
function fromText(schema: TSchema, text: string): unknown {
  const { type } = schema as Facts;
  if (type === "integer" || type === "number") return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : null;
  if (type === "boolean") return text === "true" ? true : text === "false" ? false : null;
  return text;
}

/** Makes the error of a text that a schema does not allow. */
export type Refusal = (key: string, got: unknown, allowed: string, options: readonly string[]) => UserError;

/**
 * Reads settings from config text, fills in defaults, and throws a SettingError for the first value that is none of the allowed
 * ones. Keys outside the schema are left alone.
 */
export const parseSettings = <Schema extends TObject>(
  schema: Schema,
  values: Readonly<Record<string, string>>,
): Static<Schema> => parseTexts(schema, values, wrongValue);

/** Reads the schema's keys from text as `parseSettings` does, for whoever refuses in other words. */
export function parseTexts<Schema extends TObject>(
  schema: Schema,
  values: Readonly<Record<string, string>>,
  refuse: Refusal,
): Static<Schema> {
  const settings: Record<string, unknown> = {};
  for (const [key, property] of Object.entries(schema.properties)) {
    const text = values[key];
    if (text === undefined && Type.IsOptional(property)) continue;
    const value = text === undefined ? (property as { default?: unknown }).default : fromText(property, text);
    if (!Check(property, value)) {
      throw refuse(key, text ?? value, allowedValues(property), (property as Facts).enum ?? []);
    }
    settings[key] = value;
  }
  return settings as Static<Schema>;
}

/** A setting that is in its range, but contradicts another one. */
export type SettingConflict = {
  readonly key: string;
  readonly got: string | number | boolean;
  readonly allowed: string;
};

/** A setting that contradicts what runs now: its default may do so as well, so it comes with ways out. */
export type LiveConflict = SettingConflict & { readonly ways: readonly WayOut[] };

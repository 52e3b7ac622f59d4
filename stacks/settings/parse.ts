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

/** A setting that is wrong in a stack's config. */
export class SettingError extends UserError {
  readonly key: string;
  /** The message without the next step, which is another one where the value stands in no file. */
  readonly fault: string;

  constructor(key: string, fault: string, nextStep: string) {
    super(`${fault} ${nextStep}`);
    this.key = key;
    this.fault = fault;
  }
}

/** Makes the line that a wrong value in a stack's config ends in; `options` are the allowed values where they can be named. */
export function wrongValue(
  stack: string,
  key: string,
  got: unknown,
  allowed: string,
  options: readonly string[] = [],
): SettingError {
  return new SettingError(
    key,
    `config ${key}: got ${JSON.stringify(got)}, allowed: ${allowed}.${didYouMean(String(got), options)}`,
    `Set another value, or go back to the default: pulumi config rm --stack ${stack} ${key}`,
  );
}

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
 * Reads a stack's settings from config text, fills in defaults, and throws a SettingError for the first value that is none of
 * the allowed ones. Keys outside the schema are left alone.
 */
export const parseSettings = <Schema extends TObject>(
  stack: string,
  schema: Schema,
  values: Readonly<Record<string, string>>,
): Static<Schema> => parseTexts(schema, values, (...wrong) => wrongValue(stack, ...wrong));

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

/** A setting that is in its range, but contradicts another one or what runs now. */
export type SettingConflict = {
  readonly key: string;
  readonly got: string | number | boolean;
  readonly allowed: string;
};

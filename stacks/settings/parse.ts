import Type, { type Static, type TObject, type TProperties, type TSchema } from "typebox";
import Value from "typebox/value";
import { UserError } from "../../common/user-error.ts";

/** What TypeBox puts into a schema that a reader needs to be told; config values are flat, so one level is enough. */
type Facts = {
  readonly type?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly enum?: readonly string[];
  readonly pattern?: string;
};

/** Says in words which values a config key takes. */
export function allowedValues(schema: TSchema): string {
  const { type, minimum, maximum, enum: options, pattern } = schema as Facts;
  if (options) return options.join(", ");
  if (type === "boolean") return "true, false";
  if (type === "integer" || type === "number") {
    const kind = type === "integer" ? "a whole number" : "a number";
    if (minimum !== undefined && maximum !== undefined) return `${kind} from ${minimum} to ${maximum}`;
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

/** Makes the line that a wrong value in a stack's config ends in. */
export function wrongValue(stack: string, key: string, got: unknown, allowed: string): UserError {
  return new UserError(
    `config ${key}: got ${JSON.stringify(got)}, allowed: ${allowed}. ` +
      `Set another value, or go back to the default: pulumi config rm --stack ${stack} ${key}`,
  );
}

/** Config values are text, whether they come from a stack file or from `-c`; null says that it is not a value of that type. */
function fromText(schema: TSchema, text: string): unknown {
  const { type } = schema as Facts;
  if (type === "integer" || type === "number") return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : null;
  if (type === "boolean") return text === "true" ? true : text === "false" ? false : null;
  return text;
}

/**
 * Reads the schema's keys from config text, fills in defaults, and throws a UserError for the first value that
 * is none of the allowed ones. Keys outside the schema are left alone; `unknownKeys` finds those.
 */
export function parseSettings<Schema extends TObject>(
  stack: string,
  schema: Schema,
  values: Readonly<Record<string, string>>,
): Static<Schema> {
  const settings: Record<string, unknown> = {};
  for (const [key, property] of Object.entries(schema.properties)) {
    const text = values[key];
    if (text === undefined && Type.IsOptional(property)) continue;
    const value = text === undefined ? (property as { default?: unknown }).default : fromText(property, text);
    if (!Value.Check(property, value)) throw wrongValue(stack, key, text ?? value, allowedValues(property));
    settings[key] = value;
  }
  return settings as Static<Schema>;
}

/** A setting that is in range alone, but not together with another one or with what runs. */
export type SettingConflict = {
  readonly key: string;
  readonly got: string | number | boolean;
  readonly allowed: string;
};

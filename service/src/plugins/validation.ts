import type { FastifySchemaCompiler } from "fastify";
import Type, { type TArray, type TObject, type TProperties, type TRecord, type TSchema } from "typebox";
import { Compile, type Validator } from "typebox/compile";
import { Errors } from "typebox/value";
import { BadRequest, excerpt } from "../problem.ts";
import type { Problem } from "../schemas.ts";

type Fault = NonNullable<Problem["errors"]>[number];

const WRONG = "The body is not what this path takes.";
// More than the features that a row of the heart-disease models can lack.
const MAX_FAULTS = 20;

/** Turns a schema into a check; never converts, fills in or removes anything. */
export const validatorCompiler: FastifySchemaCompiler<TSchema> = ({ schema }) => check(schema);

/** Gives the value itself, or the error that says what is wrong with it. */
export type Check = (value: unknown) => { readonly value: unknown } | { readonly error: BadRequest };

/**
 * Checks a body by one of two schemas, chosen by the presence of a member, so that errors are about the form that was
 * meant.
 */
export function checkEither(member: string, withMember: TSchema, without: TSchema): Check {
  const checks = { with: check(withMember), without: check(without) };
  return (value) => {
    const has = isObject(value) && Object.hasOwn(value, member);
    return checks[has ? "with" : "without"](value);
  };
}

export function check(schema: TSchema): Check {
  const validator = validatorOf(schema);
  return (value) => (validator.Check(value) ? { value } : { error: invalid(schema, value) });
}

const validators = new WeakMap<TSchema, Validator>();

function validatorOf(schema: TSchema): Validator {
  const validator = validators.get(schema) ?? Compile(schema);
  validators.set(schema, validator);
  return validator;
}

function invalid(schema: TSchema, value: unknown): BadRequest {
  const told: Fault[] = [];
  for (const fault of faults(schema, value, "")) {
    if (told.length === MAX_FAULTS) return new BadRequest(`${WRONG} These are its first ${MAX_FAULTS} faults.`, told);
    told.push(fault);
  }
  return new BadRequest(WRONG, told);
}

/**
 * Finds the faults of a value one by one, so that the search ends with those that are told. TypeBox's own errors visit
 * all values and keep something of each: half a minute and all memory for 300,000 empty objects. TypeBox still says
 * what is wrong with a single value; this says where.
 */
function* faults(nullable: TSchema, value: unknown, path: string): Generator<Fault> {
  const schema = withoutNull(nullable);
  if (Type.IsArray(schema) && Array.isArray(value)) yield* faultsOfList(schema, value, path);
  else if (Type.IsObject(schema) && isObject(value)) yield* faultsOfObject(schema, value, path);
  else if (Type.IsRecord(schema) && isObject(value)) yield* faultsOfRecord(schema, value, path);
  else for (const { message } of Errors(schema, value)) yield fault(path, message);
}

/** The schema of a present value where null stands for an absent one: a value with faults is meant as present. */
function withoutNull(schema: TSchema): TSchema {
  if (!Type.IsUnion(schema)) return schema;
  const [present, ...more] = schema.anyOf.filter((each) => !Type.IsNull(each));
  return present && more.length === 0 ? present : schema;
}

/** Does not look at the items of a list of a wrong length. */
function* faultsOfList({ items, ...list }: TArray, values: readonly unknown[], path: string): Generator<Fault> {
  const [wrongLength] = Errors(list as TSchema, values);
  if (wrongLength) {
    // TypeBox knows the plural alone.
    yield fault(path, wrongLength.message.replace(/\b1 items$/, "1 item"));
    return;
  }
  const validator = validatorOf(items);
  for (const [index, value] of values.entries()) {
    if (!validator.Check(value)) yield* faults(items, value, at(path, String(index)));
  }
}

// TypeBox's types lack some of the keywords.
interface ObjectKeywords {
  readonly required?: readonly string[];
  readonly properties: TProperties;
  readonly additionalProperties?: boolean;
}

function* faultsOfObject(schema: TObject, members: Members, path: string): Generator<Fault> {
  const { required = [], properties, additionalProperties } = schema as ObjectKeywords;
  for (const name of required) if (!Object.hasOwn(members, name)) yield fault(at(path, name), "is required");
  for (const name of additionalProperties === false ? Object.keys(members) : []) {
    if (!Object.hasOwn(properties, name)) yield fault(at(path, name), "is not a known field");
  }
  for (const [name, property] of Object.entries(properties)) {
    if (Object.hasOwn(members, name)) yield* faults(property, members[name], at(path, name));
  }
}

function* faultsOfRecord(schema: TRecord, members: Members, path: string): Generator<Fault> {
  const property = Type.RecordValue(schema);
  const validator = validatorOf(property);
  for (const [name, value] of Object.entries(members)) {
    if (!validator.Check(value)) yield* faults(property, value, at(path, name));
  }
}

function fault(path: string, detail: string): Fault {
  // As a URI fragment (RFC 6901, section 6).
  return { pointer: `#${encodeURI(path.toWellFormed())}`, detail };
}

/** The JSON pointer of a member. */
function at(path: string, name: string): string {
  return `${path}/${excerpt(name).replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

type Members = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

import type { FastifySchemaCompiler } from "fastify";
import type { TSchema } from "typebox";
import { Compile } from "typebox/compile";
import { BadRequest } from "../problem.ts";

/** Turns a schema into a check; never converts, fills in or removes anything. */
export const validatorCompiler: FastifySchemaCompiler<TSchema> = ({ schema }) => check(schema);

/** Gives the value itself, or the error that says what is wrong with it. */
export type Check = (value: unknown) => { readonly value: unknown } | { readonly error: BadRequest };

/**
 * Checks a body that is either of two by the presence of one member, so that its errors are about the one that was meant.
 */
export function checkEither(member: string, withMember: TSchema, without: TSchema): Check {
  const checks = { with: check(withMember), without: check(without) };
  return (value) => {
    const has = typeof value === "object" && value !== null && Object.hasOwn(value, member);
    return checks[has ? "with" : "without"](value);
  };
}

/** A check of a schema. */
export function check(schema: TSchema): Check {
  const validator = Compile(schema);
  return (value) => (validator.Check(value) ? { value } : { error: invalid(validator.Errors(value)) });
}

type ValidationError = ReturnType<ReturnType<typeof Compile>["Errors"]>[number];

function invalid(errors: readonly ValidationError[]): BadRequest {
  return new BadRequest("The body is not what this path takes.", errors.flatMap(faults));
}

function faults({ keyword, instancePath, schemaPath, params, message }: ValidationError) {
  // An unknown member is told twice, by this and by its own place.
  if (keyword === "additionalProperties") return [];
  if (keyword === "boolean" && schemaPath.endsWith("/additionalProperties")) {
    return [{ pointer: pointer(instancePath), detail: "is not a known field" }];
  }
  if (keyword === "required" && "requiredProperties" in params) {
    return params.requiredProperties.map((name) => ({
      pointer: pointer(`${instancePath}/${name}`),
      detail: "is required",
    }));
  }
  return [{ pointer: pointer(instancePath), detail: message }];
}

/** A JSON pointer as a URI fragment (RFC 6901, section 6). */
function pointer(path: string): string {
  return `#${encodeURI(path.toWellFormed())}`;
}

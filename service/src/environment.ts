import Type, { type Static, type TObject } from "typebox";
import { Compile } from "typebox/compile";

/**
 * Reads the variables of a schema from the environment; an empty variable counts as not set.
 * @throws {Error} naming every variable that is wrong, what it is, and what is allowed.
 */
export function readVariables<Schema extends TObject>(schema: Schema, variables: NodeJS.ProcessEnv): Static<Schema> {
  const values: Record<string, unknown> = {};
  for (const [name, property] of Object.entries(schema.properties)) {
    const text = variables[name] || undefined;
    const otherwise = "default" in property ? property.default : undefined;
    values[name] = text === undefined ? otherwise : Type.IsInteger(property) ? Number(text) : text;
  }
  const validator = Compile(schema);
  if (validator.Check(values)) return values as Static<Schema>;
  throw new Error(validator.Errors(values).map(describe(variables)).join("\n"));
}

function describe(variables: NodeJS.ProcessEnv) {
  return (error: { instancePath: string; message: string; params: object }) => {
    const name = error.instancePath.slice(1);
    const allowed = "allowedValues" in error.params ? `: ${error.params.allowedValues}` : "";
    return `Environment variable ${name} ${error.message}${allowed}, but is ${JSON.stringify(variables[name])}.`;
  };
}

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "../../common/user-error.ts";

/** What a stack's file says of its config, in which secrets stay encrypted. */
export type StackFile = {
  /** By full keys, such as `online-inference:release`. */
  readonly values: Readonly<Record<string, string>>;
  /** The keys whose value is encrypted. */
  readonly secretKeys: readonly string[];
};

/**
 * Reads the file of a stack as Pulumi would, without starting it.
 * @throws {UserError} where it is no YAML.
 */
export async function readStackFile(project: string, stack: string): Promise<StackFile> {
  const name = `Pulumi.${stack}.yaml`;
  const text = await readFile(join(project, name), "utf8");
  // A committed stack has no config of its own: nothing to load a parser for.
  const entries = text.includes("config") ? Object.entries(await configOf(name, text)) : [];
  return {
    values: Object.fromEntries(entries.map(([key, value]) => [key, textOf(value)])),
    secretKeys: entries.filter(([, value]) => isSecret(value)).map(([key]) => key),
  };
}

/** Takes all settings out of the file of a stack, as it is committed; resolves with their keys. */
export async function resetStackFile(project: string, stack: string): Promise<readonly string[]> {
  const { values } = await readStackFile(project, stack);
  const keys = Object.keys(values);
  if (keys.length === 0) return keys;
  const file = join(project, `Pulumi.${stack}.yaml`);
  const { parseDocument } = await import("yaml");
  const document = parseDocument(await readFile(file, "utf8"));
  document.delete("config");
  // The salt is one long word.
  await writeFile(file, document.toString({ lineWidth: 0 }));
  return keys;
}

async function configOf(name: string, text: string): Promise<Readonly<Record<string, unknown>>> {
  const { readYaml } = await import("../../observer/yaml-document.ts");
  const read = readYaml(text);
  if ("fault" in read) {
    throw new UserError(
      `${name}:${read.fault.line}: got no YAML (${read.fault.what}), allowed: a stack's settings as YAML. Mend it: git diff ${name}`,
    );
  }
  return (read.value as { readonly config?: Record<string, unknown> } | null)?.config ?? {};
}

const isSecret = (value: unknown): value is { readonly secure: string } =>
  typeof value === "object" && value !== null && "secure" in value;

/** Pulumi hands structured values to a program as JSON. */
function textOf(value: unknown): string {
  if (isSecret(value)) return value.secure;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

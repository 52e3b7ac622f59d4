import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ownKey } from "./config.ts";

/**
 * One line about the settings that a stack's own file holds, because Pulumi saves what `-c` gives, by a preview too, and every
 * later command goes by it. Undefined where it holds none. `folder` is that of Pulumi.yaml.
 */
export async function savedSettings(stack: string, folder: string): Promise<string | undefined> {
  const file = `Pulumi.${stack}.yaml`;
  const text = await readFile(join(folder, file), "utf8").catch(() => "");
  // A committed file has no config: nothing to load a parser for.
  if (!text.includes("config:")) return undefined;
  const { parse } = await import("yaml");
  const { config } = (parse(text) ?? {}) as { readonly config?: Readonly<Record<string, unknown>> };
  const settings = Object.entries(config ?? {}).map(([key, value]) => `${ownKey(key)}=${shown(value)}`);
  if (settings.length === 0) return undefined;
  return (
    `${file} holds ${settings.join(", ")}: -c and "pulumi config set" save there, and every later command goes by it. ` +
    `The way back: bin/lab down ${stack} --reset`
  );
}

function shown(value: unknown): string {
  if (typeof value !== "object" || value === null) return String(value);
  return "secure" in value ? "[secret]" : JSON.stringify(value);
}

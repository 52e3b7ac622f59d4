import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Config values, by key, that come on top of those in the stack's file. */
export type Values = Readonly<Record<string, string>>;

export type TemporaryStackFile = {
  /** A temporary folder for this run alone, removed after it. */
  readonly folder: string;
  /** Arguments that make Pulumi read the temporary file and add the values to it. */
  readonly args: readonly string[];
};

/**
 * Calls `run` with a temporary copy of a stack's file, and removes the copy afterwards. Pulumi saves the values of `-c` into the
 * file that it reads; the copy keeps them out of the checkout.
 */
export async function withStackFile<T>(
  { project, stack, values }: { readonly project: string; readonly stack: string; readonly values: Values },
  run: (file: TemporaryStackFile) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "online-inference-engine-"));
  try {
    const file = join(folder, `Pulumi.${stack}.yaml`);
    await copyFile(join(project, `Pulumi.${stack}.yaml`), file);
    const settings = Object.entries(values).flatMap(([key, value]) => ["-c", `${key}=${value}`]);
    return await run({ folder, args: ["--config-file", file, ...settings] });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Config values added to those of the stack's file. */
export type Values = Readonly<Record<string, string>>;

/** A stack's file for one run of Pulumi. */
export type TemporaryStackFile = {
  /** Folder of its own, removed after the run. */
  readonly folder: string;
  /** Arguments by which Pulumi reads the file, and adds the values to it. */
  readonly args: readonly string[];
};

/**
 * Runs Pulumi on a temporary copy of a stack's file: Pulumi saves the values of `-c` into the file that it reads, and the
 * checkout stays as it is.
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

import { createHash } from "node:crypto";
import { access, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { resolvePaths } from "../setup/machine/paths.ts";

/**
 * The folder of the commands of a virtual environment that has exactly the packages of a requirements file with hashes. It is made
 * once, and needs Python and, the first time, PyPI.
 */
export async function pythonPackages(name: string, requirements: string): Promise<string> {
  const key = createHash("sha256")
    .update(await readFile(requirements))
    .digest("hex")
    .slice(0, 12);
  const folder = join(resolvePaths().cache, `${name}-${key}`);
  const bin = join(folder, "bin");
  // This file is written last: a folder without it is incomplete.
  const complete = join(folder, "complete");
  if (await exists(complete)) return bin;
  await rm(folder, { recursive: true, force: true });
  await execa("python3", ["-m", "venv", folder]);
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"];
  await execa(join(bin, "python"), [...pip, "-r", requirements]);
  await writeFile(complete, "");
  return bin;
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

import { mkdir, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import type { Paths } from "../setup/machine/paths.ts";

/** The commit whose service the goals compare ours with. */
export const BASELINE = "00d7147";

/**
 * Builds the service of the baseline from the checkout's history, by its own build, into a docker build context.
 * Its packages are those that are installed now.
 * @returns the folder of the context.
 * @throws {Error} if the history lacks the commit, as in a shallow clone, or the service does not build.
 */
export async function buildBaseline({ project, cache }: Paths, arch: string): Promise<string> {
  const { exitCode } = await execa("git", ["cat-file", "-e", `${BASELINE}^{commit}`], { cwd: project, reject: false });
  if (exitCode !== 0) {
    throw new Error(`the history lacks commit ${BASELINE}; in a shallow clone: git fetch --unshallow`);
  }
  const home = join(cache, "bench", "baseline");
  const [source, context] = [join(home, "source"), join(home, "context")];
  await rm(home, { recursive: true, force: true });
  await mkdir(source, { recursive: true });
  const archive = join(home, "source.tar");
  await execa("git", ["archive", "--output", archive, BASELINE, "service"], { cwd: project });
  await execa("tar", ["-xf", archive, "-C", source]);
  await symlink(join(project, "node_modules"), join(source, "node_modules"));
  const options = JSON.stringify({ release: "v1", arch, outDir: context });
  const build = `const { buildContext } = await import("./service/build.ts"); await buildContext(${options});`;
  await execa(process.execPath, ["--input-type=module", "--eval", build], { cwd: source });
  return context;
}

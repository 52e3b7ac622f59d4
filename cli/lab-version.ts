import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Outside } from "../setup/machine/outside.ts";

/** Pulumi saves config into these; they decide nothing. */
const SAVED_CONFIG = ":(exclude)Pulumi.*.yaml";

/**
 * The version of this checkout: `0.1.0+24c5607d1c2a` with the commit, `0.1.0+24c5607d1c2a.dirty` where committed files were
 * changed since, and `0.1.0` where git does not tell.
 */
export async function labVersion(outside: Pick<Outside, "run">, project: string): Promise<string> {
  const { version } = JSON.parse(await readFile(join(project, "package.json"), "utf8")) as { version: string };
  const git = (...args: readonly string[]) => outside.run("git", args, { cwd: project });
  const head = await git("rev-parse", "--show-prefix", "--short=12", "HEAD");
  const [prefix, commit] = head.stdout.split("\n");
  // A copy of the lab without git of its own may lie in another repository.
  if (head.exitCode !== 0 || prefix !== "") return version;
  const changes = await git("status", "--porcelain", "--untracked-files=no", "--", ".", SAVED_CONFIG);
  return `${version}+${commit}${changes.stdout.trim() === "" ? "" : ".dirty"}`;
}

import { mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { onTestFinished } from "vitest";
import { type Paths, resolvePaths } from "../../../setup/machine/paths.ts";
import type { Report } from "../../../setup/machine/progress.ts";

/** A temporary folder that is removed after the test. */
export async function scratchFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "online-inference-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** The lab's folders below a scratch folder. */
export async function scratchPaths(): Promise<Paths> {
  const folder = await scratchFolder();
  return resolvePaths({
    XDG_CACHE_HOME: join(folder, "cache"),
    XDG_STATE_HOME: join(folder, "state"),
    MINIKUBE_HOME: folder,
  });
}

/** A `Report` that keeps its lines. */
export function recordingReport(): Report & { readonly lines: string[] } {
  const lines: string[] = [];
  return {
    lines,
    note: (line) => lines.push(line),
    during: (what, _usualSeconds, work) => {
      lines.push(what);
      return work((words) => void lines.push(`${what}: ${words}`));
    },
  };
}

/** Where a program is; managers of several Pythons put a script in its place, which needs more programs. */
async function placeOf(name: string): Promise<string> {
  if (name !== "python3") return (await execa("sh", ["-c", `command -v ${name}`])).stdout;
  return (await execa("python3", ["-c", "import sys; print(sys.executable)"])).stdout;
}

/** A folder for the PATH of a machine that has only some of this machine's programs. */
export async function programsOnly(...names: readonly string[]): Promise<string> {
  const folder = await scratchFolder();
  for (const name of names) {
    await symlink(await placeOf(name), join(folder, name));
  }
  return folder;
}

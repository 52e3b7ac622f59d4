import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
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

import { rm } from "node:fs/promises";
import { withLock } from "./machine/lock.ts";
import type { Outside } from "./machine/outside.ts";
import type { Paths } from "./machine/paths.ts";
import type { Report } from "./machine/progress.ts";
import { goBuilder } from "./prepare.ts";
import { type ResolvedTool, resolveTool } from "./tools/tools.ts";

/** Brings the helm command, which deploying does without: the tests and people by hand use it. */
export async function ensureHelm(outside: Outside, paths: Paths, report: Report): Promise<ResolvedTool> {
  return withLock(paths, report, async () => {
    const builder = goBuilder(outside, paths, report);
    const helm = await resolveTool({ outside, paths, builder }, "helm", report);
    await rm(builder.goCacheFolder, { recursive: true, force: true });
    return helm;
  });
}

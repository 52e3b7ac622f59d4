import { rm } from "node:fs/promises";
import { withLock } from "./lock.ts";
import type { Outside } from "./outside.ts";
import type { Paths } from "./paths.ts";
import { goBuilder } from "./prepare.ts";
import type { Report } from "./report.ts";
import { type ResolvedTool, resolveTool } from "./tools.ts";

/** Brings the helm command, which deploying does without: the tests and people by hand use it. */
export async function ensureHelm(outside: Outside, paths: Paths, report: Report): Promise<ResolvedTool> {
  return withLock(paths, report, async () => {
    const builder = goBuilder(outside, paths, report);
    const helm = await resolveTool({ outside, paths, builder }, "helm", report);
    await rm(builder.goCacheFolder, { recursive: true, force: true });
    return helm;
  });
}

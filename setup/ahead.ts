import { join } from "node:path";
import { ensureControlPlane } from "./cluster/control-plane.ts";
import { ensureDocker } from "./cluster/docker.ts";
import { ensureRootFileSystems } from "./cluster/root-file-systems.ts";
import { internetSite, type Outside } from "./machine/outside.ts";
import type { Paths } from "./machine/paths.ts";
import type { Report } from "./machine/progress.ts";
import { runStages, type StageRun } from "./run-stages.ts";
import { STAGES, type StageName } from "./stages.ts";
import { compilerResources, compilersFor } from "./tools/compiler-memory.ts";
import { canBuildFromSource, fetchModules, type GoBuilder } from "./tools/from-source.ts";
import { buildTool, inspectTool } from "./tools/tools.ts";

/** What making everything ahead needs. */
export interface AheadContext {
  readonly outside: Outside;
  readonly paths: Paths;
  readonly builder: GoBuilder;
  readonly report: Report;
  /** Name of the profile that is wanted. */
  readonly profile: string;
}

/** Tools in the order of their builds. Kubernetes is not among them: its build begins at once and fetches for itself. */
const FETCHED = ["pulumi", "cri-dockerd", "crictl", "minikube", "coredns", "etcd", "pulumi-kubernetes"] as const;

/**
 * Begins to make all stages side by side where everything has to come from source; undefined anywhere else. What comes after finds
 * each part in the cache, as after an interrupted run.
 */
export async function beginAhead(context: AheadContext): Promise<StageRun<StageName> | undefined> {
  if (!(await isFromNothing(context))) return undefined;
  const { outside, paths, builder, report } = context;
  const shim = async () => join(await buildTool(builder, "oci-shim", report), "oci-shim");
  const work = async (name: StageName, signal: AbortSignal): Promise<unknown> => {
    switch (name) {
      case "go":
        return builder.go();
      case "modules":
        return fetchModules(endedBy(builder, signal), FETCHED);
      // Neither apt-get nor debootstrap may be ended half way: these take a few minutes at most.
      case "docker":
        return ensureDocker({ outside, paths, report, shim });
      case "root file systems":
        return ensureRootFileSystems(paths, builder, report);
      case "control plane":
        return ensureControlPlane(paths, builder, await ensureRootFileSystems(paths, builder, report), report);
      default:
        return buildTool(endedBy(builder, signal), name, report);
    }
  };
  return runStages(STAGES, work, compilersFor(compilerResources()));
}

/** Whether no tool is installed, no maker is reached, and the profile was never made: an older one may need none of the builds. */
async function isFromNothing(context: AheadContext): Promise<boolean> {
  const { outside, paths, profile } = context;
  if (!(await canBuildFromSource(outside)) || (await outside.reachable(internetSite))) return false;
  if (await outside.exists(join(paths.minikubeHome, "profiles", profile, "config.json"))) return false;
  const states = [await inspectTool(context, "minikube"), await inspectTool(context, "pulumi")];
  return states.every((state) => state.way === "built" || (state.way === "missing" && state.next === "build"));
}

/** The same builder, whose commands a signal ends. Go's caches keep what a build has done so far. */
const endedBy = (builder: GoBuilder, signal: AbortSignal): GoBuilder => ({
  ...builder,
  outside: {
    ...builder.outside,
    run: (file, args, options) => builder.outside.run(file, args, { ...options, signal }),
  },
});

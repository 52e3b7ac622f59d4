import { rm } from "node:fs/promises";
import { join } from "node:path";
import { ensureBaseImage } from "./cluster/base-image.ts";
import { ensureCluster, type NodePorts } from "./cluster/cluster.ts";
import type { Profile } from "./cluster/profile.ts";
import { labEnvironment, loadMachineState, type MachineState, saveMachineState } from "./environment.ts";
import { withLock } from "./machine/lock.ts";
import { internetSite, type Outside } from "./machine/outside.ts";
import type { Paths } from "./machine/paths.ts";
import type { Report } from "./machine/progress.ts";
import { ensurePlugins, ensureStacks } from "./pulumi.ts";
import { goBuilder, requireSourceBuild } from "./tools/from-source.ts";
import { buildTool, builtFolder, type ResolvedTool, resolveTool } from "./tools/tools.ts";

/** A machine on which every experiment can run. */
export interface PreparedMachine {
  readonly profile: Profile;
  readonly pulumi: string;
  readonly minikube: string;
  /** Environment of every command that the lab runs for the user. */
  readonly env: Record<string, string>;
}

/**
 * Brings the machine to where an experiment can run: tools, cluster, base image, plugins, stacks; whatever is there is left
 * alone. A profile that is made here publishes `nodePorts`.
 */
export async function prepareMachine(
  outside: Outside,
  paths: Paths,
  profileName: string,
  report: Report,
  nodePorts: NodePorts,
): Promise<PreparedMachine> {
  return withLock(paths, report, async () => {
    const builder = goBuilder(outside, paths, report);
    const context = { outside, paths, builder, report };
    const minikube = await resolveTool(context, "minikube", report);
    await resolveTool(context, "kubectl", report);
    const { profile, startFlags } = await ensureCluster({
      ...context,
      minikube: minikube.path,
      profile: profileName,
      nodePorts,
    });
    const pulumi = await resolveTool(context, "pulumi", report);
    const { home } = await ensurePlugins({ ...context, pulumi: pulumi.path });
    const earlier = await loadMachineState(paths);
    // Decided once per machine. Another base makes another image, and a network that is gone for a moment must not cause a rollout.
    const ownBase = earlier ? earlier.baseContext !== undefined : !(await outside.reachable(internetSite));
    const flags = startFlags ?? earlier?.startFlags;
    const state: MachineState = {
      ...(home ? { pulumiHome: home } : {}),
      ...(ownBase ? { baseContext: await ensureBaseImage(outside, paths, report) } : {}),
      ...(flags ? { startFlags: flags } : {}),
    };
    await saveMachineState(paths, state);
    // Go's caches take gigabytes, and only an interrupted build needs them.
    await rm(builder.goCacheFolder, { recursive: true, force: true });
    const env = labEnvironment(paths, state);
    await ensureStacks(outside, paths, pulumi.path, env, report);
    return { profile, pulumi: pulumi.path, minikube: minikube.path, env };
  });
}

/** Brings the helm command, which only people and tests use by hand: deploying does not need it. */
export async function ensureHelm(outside: Outside, paths: Paths, report: Report): Promise<ResolvedTool> {
  return withLock(paths, report, async () => {
    const builder = goBuilder(outside, paths, report);
    const helm = await resolveTool({ outside, paths, builder }, "helm", report);
    await rm(builder.goCacheFolder, { recursive: true, force: true });
    return helm;
  });
}

/** Kubernetes' own controllers as programs, and kwok, which plays the kubelet: absolute paths. */
export interface Controllers {
  readonly etcd: string;
  readonly apiServer: string;
  readonly controllerManager: string;
  readonly kwok: string;
}

const CONTROLLERS = ["etcd", "kubernetes", "kwok"] as const;

/** Brings the controllers that plans are held against. All of them are built from source: no cluster and no docker is needed. */
export async function ensureControllers(outside: Outside, paths: Paths, report: Report): Promise<Controllers> {
  const builder = goBuilder(outside, paths, report);
  // What is there is used without a wait for another command that prepares this machine.
  const present = await Promise.all(CONTROLLERS.map((name) => builtFolder(builder, name)));
  if (present.every((folder) => folder !== undefined)) return controllersIn(present);
  return withLock(paths, report, async () => {
    await requireSourceBuild(outside, "the controllers that plans are held against");
    const folders: string[] = [];
    for (const name of CONTROLLERS) folders.push(await buildTool(builder, name, report));
    await rm(builder.goCacheFolder, { recursive: true, force: true });
    return controllersIn(folders);
  });
}

const controllersIn = ([etcd = "", kubernetes = "", kwok = ""]: readonly string[]): Controllers => ({
  etcd: join(etcd, "etcd"),
  apiServer: join(kubernetes, "kube-apiserver"),
  controllerManager: join(kubernetes, "kube-controller-manager"),
  kwok: join(kwok, "kwok"),
});

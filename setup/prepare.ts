import { rm } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "../common/user-error.ts";
import { beginAhead } from "./ahead.ts";
import { ensureBaseImage } from "./cluster/base-image.ts";
import { type Cluster, ensureCluster, type WantedProfile } from "./cluster/cluster.ts";
import type { NodePorts } from "./cluster/node-ports.ts";
import { labMadeProfiles, type Profile } from "./cluster/profile.ts";
import { labEnvironment } from "./environment.ts";
import { translationNote } from "./machine/architecture.ts";
import { withLock } from "./machine/lock.ts";
import { internetSite, type Outside } from "./machine/outside.ts";
import type { Paths } from "./machine/paths.ts";
import type { Report } from "./machine/progress.ts";
import { loadMachineState, type MachineState, saveMachineState } from "./machine-state.ts";
import { credentialsProblem } from "./pitfalls.ts";
import { ensurePlugins, ensureStacks } from "./pulumi.ts";
import { type GoBuilder, goBuilder, requireSourceBuild } from "./tools/from-source.ts";
import { buildTool, builtFolder, type ResolvedTool, resolveTool } from "./tools/tools.ts";

/** A machine on which every experiment can run. */
export interface PreparedMachine {
  /** It may be another one than was wanted where the user named none. */
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
  wanted: WantedProfile,
  report: Report,
  nodePorts: NodePorts,
): Promise<PreparedMachine> {
  return withLock(paths, report, async () => {
    const translated = translationNote(outside.arch, outside.nodeArch);
    if (translated !== undefined) report.note(translated);
    const builder = goBuilder(outside, paths, report);
    const context = { outside, paths, builder, report };
    await using ahead = await beginAhead({ ...context, profile: wanted.name });
    await ahead?.done("minikube", "control plane");
    const minikube = await resolveTool(context, "minikube", report);
    await resolveTool(context, "kubectl", report);
    const cluster = await ensureCluster({ ...context, minikube: minikube.path, profile: wanted, nodePorts });
    await ahead?.done("pulumi", "pulumi-language-nodejs", "pulumi-kubernetes");
    const pulumi = await resolveTool(context, "pulumi", report);
    const { home } = await ensurePlugins({ ...context, pulumi: pulumi.path });
    const problem = home === undefined ? await credentialsProblem(outside) : undefined;
    if (problem !== undefined) throw new UserError(problem);
    const earlier = await loadMachineState(paths);
    // Decided once per machine. Another base makes another image, and a network that is gone for a moment must not cause a rollout.
    const ownBase = earlier ? earlier.baseContext !== undefined : !(await outside.reachable(internetSite));
    const flags = cluster.startFlags ?? earlier?.startFlags;
    const state: MachineState = {
      ...(await profileFacts(outside, minikube.path, cluster, earlier)),
      ...(home ? { pulumiHome: home } : {}),
      ...(ownBase ? { baseContext: await ensureBaseImage(outside, paths, report) } : {}),
      ...(flags ? { startFlags: flags } : {}),
    };
    await saveMachineState(paths, state);
    // Modules that come ahead of their builds may still come, into the folder that is cleared.
    await ahead?.[Symbol.asyncDispose]();
    await clearGoCache(builder, report);
    const env = labEnvironment(paths, state);
    await ensureStacks(outside, paths, pulumi.path, env, report);
    return { profile: cluster.profile, pulumi: pulumi.path, minikube: minikube.path, env };
  });
}

/** What is remembered of the profile in use, and which profiles the lab made. */
async function profileFacts(
  outside: Outside,
  minikube: string,
  { profile, isNew }: Cluster,
  earlier: MachineState | undefined,
): Promise<MachineState> {
  const { name, address } = profile;
  // Earlier versions wrote down no names, but what they made can be told by its looks.
  const known = earlier === undefined ? [] : (earlier.madeByLab ?? (await labMadeProfiles(outside, minikube)));
  const madeByLab = isNew ? [...new Set([...known, name])] : known;
  return { profile: name, madeByLab: [...madeByLab], ...(address && { nodeAddress: address }) };
}

/** Go's caches take gigabytes, and only an interrupted build needs them. What cannot be deleted now is deleted by a later run. */
async function clearGoCache({ goCacheFolder }: Pick<GoBuilder, "goCacheFolder">, report: Report): Promise<void> {
  await rm(goCacheFolder, { recursive: true, force: true, maxRetries: 3 }).catch(({ message }: Error) =>
    report.note(`Go's caches could not be deleted: ${message}`),
  );
}

/** Brings the helm command, which only people and tests use by hand: deploying does not need it. */
export async function ensureHelm(outside: Outside, paths: Paths, report: Report): Promise<ResolvedTool> {
  return withLock(paths, report, async () => {
    const builder = goBuilder(outside, paths, report);
    const helm = await resolveTool({ outside, paths, builder }, "helm", report);
    await clearGoCache(builder, report);
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
    await clearGoCache(builder, report);
    return controllersIn(folders);
  });
}

const controllersIn = ([etcd = "", kubernetes = "", kwok = ""]: readonly string[]): Controllers => ({
  etcd: join(etcd, "etcd"),
  apiServer: join(kubernetes, "kube-apiserver"),
  controllerManager: join(kubernetes, "kube-controller-manager"),
  kwok: join(kwok, "kwok"),
});

import { join } from "node:path";
import { UserError } from "../../common/user-error.ts";
import { internetSite, type Outside } from "../machine/outside.ts";
import type { Paths } from "../machine/paths.ts";
import type { Report } from "../machine/progress.ts";
import { canBuildFromSource, type GoBuilder, requireSourceBuild } from "../tools/from-source.ts";
import { pins } from "../tools/pins.ts";
import { buildTool } from "../tools/tools.ts";
import { ensureControlPlane } from "./control-plane.ts";
import { ensureDocker, inspectDocker } from "./docker.ts";
import { type NodePorts, publishFlag } from "./node-ports.ts";
import { inspectProfile, NODE_IMAGE, OWN_PROFILE, type Profile, requireUsable, unsuitable } from "./profile.ts";
import { ensureRootFileSystems } from "./root-file-systems.ts";
import { type StartFlags, startProfile } from "./start.ts";

/** A minikube profile by its name; `isChosen` says that the user named it. */
export interface WantedProfile {
  readonly name: string;
  readonly isChosen: boolean;
}

/** What bringing up a cluster needs. */
export interface ClusterContext {
  readonly outside: Outside;
  readonly paths: Paths;
  readonly report: Report;
  readonly builder: GoBuilder;
  readonly minikube: string;
  readonly profile: WantedProfile;
  readonly nodePorts: NodePorts;
}

/** A running cluster. */
export interface Cluster {
  readonly profile: Profile;
  /** Whether it was made just now. */
  readonly isNew: boolean;
  /** Flags that make the cluster again; absent if minikube's own defaults make it. */
  readonly startFlags?: StartFlags;
}

/**
 * Makes sure that a profile runs. A running one is used as it is, a stopped one is started, and a missing one is made: by
 * minikube's downloads if its makers are reached, else from source. Where the user named none and the remembered one cannot
 * serve, the lab takes or makes a profile of its own: the other one is somebody's, and stays as it is.
 * @throws {UserError} if the machine has no means to do so, or the profile cannot serve.
 */
export async function ensureCluster(context: ClusterContext): Promise<Cluster> {
  const { outside, minikube, report } = context;
  const { name, isChosen } = context.profile;
  const existing = await inspectProfile(outside, minikube, name);
  const reason = existing && unsuitable(existing);
  if (reason !== undefined && !isChosen && name !== OWN_PROFILE) {
    report.note(
      `minikube profile ${name} ${reason}: it stays as it is, and the lab takes a profile of its own, ${OWN_PROFILE}`,
    );
    return ensureCluster({ ...context, profile: { name: OWN_PROFILE, isChosen: true } });
  }
  if (existing) requireUsable(existing);
  if (existing?.running) return { profile: existing, isNew: false };
  const online = await outside.reachable(internetSite);
  const flags = await startFlags(context, existing, online);
  // While docker was down, minikube could not tell whether a profile of the docker driver runs: ask again.
  const woken = existing && (await inspectProfile(outside, minikube, name));
  if (woken?.running) return { profile: woken, isNew: false };
  const isNew = existing === undefined;
  await startProfile({ ...context, profile: name }, flags, isNew);
  const started = await inspectProfile(outside, minikube, name);
  if (!started)
    throw new UserError(
      `minikube start ended well, yet minikube lists no profile ${name}. Run: minikube logs -p ${name}`,
    );
  requireUsable(started);
  return online ? { profile: started, isNew } : { profile: started, isNew, startFlags: flags };
}

async function startFlags(
  context: ClusterContext,
  existing: Profile | undefined,
  online: boolean,
): Promise<StartFlags> {
  const { outside } = context;
  if (!existing) return online ? plainFlags(context) : makeFromSource(context);
  // minikube remembers the flags that a profile was made with. A profile made from source also needs its images in the cache.
  if (existing.driver === "docker") {
    if (!online && (await canBuildFromSource(outside))) return makeFromSource(context);
    await ensureDocker(dockerContext(context));
  }
  return { "keep-context": "true", interactive: "false", ...(outside.isRoot ? { force: "true" } : {}) };
}

const commonFlags = { "container-runtime": "docker", "keep-context": "true", interactive: "false" } as const;

async function plainFlags(context: ClusterContext): Promise<StartFlags> {
  const { outside, minikube, report } = context;
  const force = outside.isRoot ? { force: "true" } : {};
  const chosen = (await inspectDocker(outside)) === undefined ? await chosenDriver(outside, minikube) : undefined;
  if (chosen !== undefined) {
    report.note(`docker does not answer, so minikube's configured driver makes the profile: ${chosen}`);
    // minikube takes it by itself. Of the other drivers only podman makes nodes that are containers and can publish ports.
    return { ...commonFlags, ...force, ...(chosen === "podman" ? await publishFlag(context.nodePorts) : {}) };
  }
  const hasDocker = (await outside.which("docker")) !== undefined;
  if (!hasDocker && outside.platform === "darwin") {
    const drivers = ["vfkit", "qemu-system-aarch64", "qemu-system-x86_64", "prlctl", "VBoxManage"];
    const found = await Promise.all(drivers.map((driver) => outside.which(driver)));
    if (!found.some(Boolean)) {
      throw new UserError(
        "minikube needs Docker or a VM driver, and neither is installed. Install one: brew install vfkit",
      );
    }
    return { ...commonFlags };
  }
  await ensureDocker(dockerContext(context));
  return {
    ...commonFlags,
    driver: "docker",
    // minikube refuses the docker driver to root unless forced; here root is the only user.
    ...force,
    ...(await publishFlag(context.nodePorts)),
  };
}

/** The driver that the user has configured for minikube, if it is another one than docker. */
async function chosenDriver(outside: Outside, minikube: string): Promise<string | undefined> {
  const { exitCode, stdout } = await outside.run(minikube, ["config", "get", "driver"], { timeoutMs: 20_000 });
  const driver = process.env.MINIKUBE_DRIVER || (exitCode === 0 ? stdout.trim() : "");
  return driver === "" || driver === "docker" ? undefined : driver;
}

async function makeFromSource(context: ClusterContext): Promise<StartFlags> {
  const { outside, paths, builder, report } = context;
  await requireSourceBuild(outside, "a cluster");
  await ensureDocker(dockerContext(context));
  const fileSystems = await ensureRootFileSystems(paths, builder, report);
  await ensureControlPlane(paths, builder, fileSystems, report);
  const image = `${NODE_IMAGE}:${fileSystems.key}`;
  await ensureNodeImage(context, image, fileSystems.node);
  return { ...sourceFlags(image), ...(await publishFlag(context.nodePorts)) };
}

/** Flags for a cluster whose node image and Kubernetes were made from source. */
function sourceFlags(image: string): StartFlags {
  return {
    ...commonFlags,
    driver: "docker",
    force: "true",
    "base-image": image,
    "kubernetes-version": `v${pins.kubernetes}`,
    preload: "false",
    "install-addons": "false",
    cpus: "2",
    memory: "6g",
    wait: "apiserver,system_pods,node_ready",
  };
}

async function ensureNodeImage({ outside, report }: ClusterContext, image: string, context: string): Promise<void> {
  if ((await outside.run("docker", ["image", "inspect", image])).exitCode === 0) return;
  await report.during("building the node image", 15, async () => {
    const result = await outside.run("docker", ["build", "--quiet", "--tag", image, context], {
      env: { DOCKER_BUILDKIT: "0" },
    });
    if (result.exitCode !== 0) throw new UserError(`building the node image failed: ${result.stderr.trim()}`);
  });
}

function dockerContext({ outside, paths, report, builder }: ClusterContext) {
  const shim = async () => join(await buildTool(builder, "oci-shim", report), "oci-shim");
  return { outside, paths, report, shim };
}

import { UserError } from "../../common/user-error.ts";
import type { Outside } from "../machine/outside.ts";
import { oldest } from "../tools/pins.ts";
import { isAtLeast } from "../tools/version.ts";

/** The profile that the lab makes for itself where the remembered one is the user's and cannot serve. */
export const OWN_PROFILE = "online-inference";
/** Repository of the node images that the lab makes from source. */
export const NODE_IMAGE = "online-inference-node";

/** A minikube profile, from `minikube profile list`. */
export interface Profile {
  readonly name: string;
  readonly running: boolean;
  readonly driver: string;
  readonly runtime: string;
  readonly kubernetes: string;
  /** Address of its first node; absent while minikube knows none. */
  readonly address?: string;
  /** Whether it has what only profiles of the lab have: a node image from source, or the lab's NodePorts on loopback. */
  readonly looksLabMade: boolean;
}

interface ListedProfile {
  readonly Name: string;
  readonly Status: string;
  readonly Config?: {
    readonly Driver?: string;
    readonly KicBaseImage?: string;
    readonly ExposedPorts?: readonly string[] | null;
    readonly Nodes?: readonly { readonly IP?: string }[] | null;
    readonly KubernetesConfig?: { readonly ContainerRuntime?: string; readonly KubernetesVersion?: string };
  };
}

/**
 * Reads one profile; undefined if minikube has none of that name.
 * @throws {UserError} if minikube does not answer in time.
 */
export async function inspectProfile(outside: Outside, minikube: string, name: string): Promise<Profile | undefined> {
  const result = await listProfiles(outside, minikube);
  // No answer in time does not mean that there are no profiles.
  if (result.exitCode === undefined) {
    throw new UserError(
      `${minikube} profile list does not answer. See whether docker hangs (docker info), then run the same command again.`,
    );
  }
  const listed = parse(result.stdout)?.find((profile) => profile.Name === name);
  return listed && profileOf(listed);
}

/** The profiles that look as only the lab makes them; empty where minikube lists none. */
export async function labMadeProfiles(outside: Outside, minikube: string): Promise<readonly string[]> {
  const { stdout } = await listProfiles(outside, minikube);
  const listed = parse(stdout) ?? [];
  return listed.map(profileOf).flatMap(({ name, looksLabMade }) => (looksLabMade ? [name] : []));
}

function profileOf({ Name, Status, Config = {} }: ListedProfile): Profile {
  const address = Config.Nodes?.[0]?.IP;
  return {
    name: Name,
    running: Status === "OK" || Status === "Running",
    driver: Config.Driver ?? "unknown",
    runtime: Config.KubernetesConfig?.ContainerRuntime ?? "unknown",
    kubernetes: Config.KubernetesConfig?.KubernetesVersion ?? "unknown",
    ...(address && { address }),
    looksLabMade:
      Config.KicBaseImage?.startsWith(`${NODE_IMAGE}:`) === true ||
      Config.ExposedPorts?.some((ports) => LAB_PORTS.test(ports)) === true,
  };
}

/** The NodePorts as `minikube start --ports` of the lab has them, all at once. */
const LAB_PORTS = /^127\.0\.0\.1:(30050-\d+):\1$/;

/**
 * Whether minikube has a profile of this name.
 * @throws {UserError} if minikube gives no clear answer: an error of its own is no proof that a profile is gone.
 */
export async function hasProfile(outside: Outside, minikube: string, name: string): Promise<boolean> {
  const result = await listProfiles(outside, minikube);
  const profiles = result.exitCode === 0 ? parse(result.stdout) : undefined;
  if (profiles) return profiles.some((profile) => profile.Name === name);
  throw new UserError(
    `minikube does not tell whether there is a profile ${name} (exit code ${result.exitCode ?? "none"}: ` +
      `${(result.stderr.trim() || result.stdout.trim()).slice(0, 300)}). See: ${minikube} profile list; then run the same command again.`,
  );
}

/**
 * Why a profile cannot serve, as words that follow its name; undefined if it can: it runs the docker runtime, into which the program
 * builds, and a recent enough Kubernetes.
 */
export function unsuitable({ name, runtime, kubernetes }: Profile): string | undefined {
  if (runtime !== "docker") {
    return `uses the container runtime ${runtime}, and images are built in minikube's own docker, so it must be docker`;
  }
  if (!isAtLeast(kubernetes, oldest.kubernetes)) {
    return (
      `runs Kubernetes ${kubernetes}, and ${oldest.kubernetes} or newer is needed ` +
      `(to upgrade it: minikube start -p ${name} --kubernetes-version=stable)`
    );
  }
  return undefined;
}

/**
 * Makes sure that a profile can serve.
 * @throws {UserError} if it cannot. Whoever made the profile may need it, so nothing is said of deleting it.
 */
export function requireUsable(profile: Profile): void {
  const reason = unsuitable(profile);
  if (reason === undefined) return;
  const other = profile.name === OWN_PROFILE ? "NAME" : OWN_PROFILE;
  throw new UserError(
    `minikube profile ${profile.name} ${reason}. Take another profile, which is made if it is missing: bin/lab up pod --profile ${other}`,
  );
}

const listProfiles = (outside: Outside, minikube: string) =>
  outside.run(minikube, ["profile", "list", "--output", "json"], { timeoutMs: 120_000 });

function parse(stdout: string): ListedProfile[] | undefined {
  try {
    const listed = JSON.parse(stdout) as { valid?: ListedProfile[]; invalid?: ListedProfile[]; error?: unknown };
    return listed.error === undefined ? [...(listed.valid ?? []), ...(listed.invalid ?? [])] : undefined;
  } catch {
    return undefined;
  }
}

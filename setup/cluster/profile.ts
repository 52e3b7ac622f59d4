import { UserError } from "../../common/user-error.ts";
import type { Outside } from "../machine/outside.ts";
import { oldest } from "../tools/pins.ts";
import { isAtLeast } from "../tools/version.ts";

/** A minikube profile, from `minikube profile list`. */
export interface Profile {
  readonly name: string;
  readonly running: boolean;
  readonly driver: string;
  readonly runtime: string;
  readonly kubernetes: string;
}

interface ListedProfile {
  readonly Name: string;
  readonly Status: string;
  readonly Config?: { Driver?: string; KubernetesConfig?: { ContainerRuntime?: string; KubernetesVersion?: string } };
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
  if (!listed) return undefined;
  return {
    name,
    running: listed.Status === "OK" || listed.Status === "Running",
    driver: listed.Config?.Driver ?? "unknown",
    runtime: listed.Config?.KubernetesConfig?.ContainerRuntime ?? "unknown",
    kubernetes: listed.Config?.KubernetesConfig?.KubernetesVersion ?? "unknown",
  };
}

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
 * Makes sure that a profile can serve: it runs the docker runtime, into which the program builds, and a recent enough Kubernetes.
 * @throws {UserError} if it does not.
 */
export function requireUsable(profile: Profile): void {
  const recreate = `minikube delete -p ${profile.name} && bin/lab up pod`;
  const other = "or choose another profile: bin/lab up pod --profile online-inference";
  if (profile.runtime !== "docker") {
    throw new UserError(
      `minikube profile ${profile.name} uses the container runtime ${profile.runtime}; images are built in minikube's own docker, ` +
        `so it must be docker. Make it anew: ${recreate} (${other})`,
    );
  }
  if (!isAtLeast(profile.kubernetes, oldest.kubernetes)) {
    throw new UserError(
      `minikube profile ${profile.name} runs Kubernetes ${profile.kubernetes}; ${oldest.kubernetes} or newer is needed. ` +
        `Upgrade it: minikube start -p ${profile.name} --kubernetes-version=stable (${other})`,
    );
  }
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

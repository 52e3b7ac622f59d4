import type { Outside } from "./outside.ts";
import { oldest } from "./pins.ts";
import { UserError } from "./user-error.ts";
import { isAtLeast } from "./version.ts";

/** A minikube profile as minikube describes it. */
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

/** Reads one profile; undefined when minikube has none of that name. */
export async function inspectProfile(outside: Outside, minikube: string, name: string): Promise<Profile | undefined> {
  const result = await outside.run(minikube, ["profile", "list", "--output", "json"], { timeoutMs: 120_000 });
  // A minikube that hangs is not one without profiles.
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

/** Throws where a profile cannot serve: the program builds into its docker daemon and uses features of a newer Kubernetes. */
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

function parse(stdout: string): ListedProfile[] | undefined {
  try {
    const { valid = [], invalid = [] } = JSON.parse(stdout) as { valid?: ListedProfile[]; invalid?: ListedProfile[] };
    return [...(valid ?? []), ...(invalid ?? [])];
  } catch {
    return undefined;
  }
}

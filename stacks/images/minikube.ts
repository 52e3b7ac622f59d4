import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { UserError } from "../../common/user-error.ts";
import type { DockerEndpoint } from "./docker.ts";

/** Runs minikube with arguments and resolves with its standard output; rejects as `execFile` does. */
export type RunMinikube = (args: readonly string[]) => Promise<string>;

type Profile = {
  readonly Name: string;
  readonly Config?: {
    readonly Nodes?: readonly unknown[];
    readonly KubernetesConfig?: { readonly ContainerRuntime?: string };
  };
};

/**
 * Asks minikube for the docker daemon inside a profile's node. The answer is undefined if images are `pushed` and pods cannot
 * run images straight from that daemon, as in a profile of several nodes or of another container runtime.
 * @throws {UserError} if minikube is missing; if the profile is missing or stopped; or if images are not pushed and pods cannot run
 * them from the daemon.
 */
export async function minikubeDocker(
  profile: string,
  pushed: boolean,
  run: RunMinikube = runMinikube,
): Promise<DockerEndpoint | undefined> {
  const obstacle = obstacleTo(await findProfile(profile, run));
  if (obstacle && pushed) return undefined;
  if (obstacle) throw new UserError(`minikube profile ${profile}: got ${obstacle}. ${startAnother}`);
  const text = await run(["--profile", profile, "docker-env", "--shell", "none", "--output", "json"]).catch((cause) => {
    const message = `minikube profile ${profile} is not running. Start it: "bin/lab up pod" (or "minikube start -p ${profile}").`;
    throw new UserError(message, { cause });
  });
  const { DOCKER_HOST: host, DOCKER_CERT_PATH: certPath } = JSON.parse(text) as Record<string, string>;
  if (host?.startsWith("tcp://") && certPath) return { host, certPath };
  throw new UserError(
    `minikube profile ${profile}: got the docker host ${JSON.stringify(host)}, allowed: tcp://host:port with ` +
      `certificates. ${startAnother}`,
  );
}

/** The profile list comes before `minikube docker-env`, which on containerd starts daemons and agents before it answers. */
async function findProfile(profile: string, run: RunMinikube): Promise<Profile> {
  const text = await run(["profile", "list", "--light", "--output", "json"]).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== "ENOENT")
      throw new UserError(`minikube fails: ${lastLine(cause)}. See "bin/lab doctor".`, { cause });
    const next = `Run "bin/lab up pod", which brings it, or put it there: eval "$(bin/lab env)".`;
    throw new UserError(`minikube is missing: it is not on the PATH. ${next}`, { cause });
  });
  const { valid = [] } = JSON.parse(text) as { valid?: readonly Profile[] };
  const found = valid.find(({ Name }) => Name === profile);
  if (found) return found;
  const names = valid.map(({ Name }) => Name).join(", ") || "none yet";
  throw new UserError(
    `minikube has no profile ${profile}, only: ${names}. Start it: "bin/lab up pod" ` +
      `(or "minikube start -p ${profile} --container-runtime=docker").`,
  );
}

/** Why pods cannot run images from the node's daemon, as "got …, allowed …"; undefined if they can. */
function obstacleTo({ Config }: Profile): string | undefined {
  const runtime = Config?.KubernetesConfig?.ContainerRuntime;
  if (runtime !== "docker") {
    return `the container runtime ${runtime}, allowed without config registry: docker, because the node's own daemon builds the image`;
  }
  const nodes = Config?.Nodes?.length ?? 1;
  if (nodes > 1)
    return `${nodes} nodes, allowed without config registry: 1, because the image is only in the daemon that built it`;
  return undefined;
}

const startAnother = `Take another profile, which bin/lab makes: "bin/lab up pod --profile online-inference".`;

const lastLine = (error: Error): string => error.message.trim().split("\n").at(-1) ?? "";

const execute = promisify(execFile);

async function runMinikube(args: readonly string[]): Promise<string> {
  // A minikube that does not answer within a minute hangs; without the limit the program would hang as well.
  const { stdout } = await execute("minikube", [...args], { timeout: 60_000 });
  return stdout;
}

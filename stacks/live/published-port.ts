import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** Runs a command; rejects nothing: a command that fails or is missing has another exit code than 0. */
export type RunCommand = (
  file: string,
  args: readonly string[],
  options: { readonly timeoutMs: number },
) => Promise<{ readonly exitCode: number | undefined; readonly stdout: string }>;

/** What `docker container inspect` prints, as far as it tells whose node a container is and what it publishes. */
export type NodeContainer = {
  readonly Config?: { readonly Labels?: Readonly<Record<string, string>> | null };
  readonly NetworkSettings?: { readonly Ports?: Readonly<Record<string, readonly Binding[] | null>> | null };
};

type Binding = { readonly HostIp: string; readonly HostPort: string };

const TIMEOUT_MS = 5_000;
const PROFILE_LABEL = "name.minikube.sigs.k8s.io";
const ANY_ADDRESS = ["", "0.0.0.0", "::"];

/** The container of this machine's docker that is a profile's node; undefined where the node is none. */
export async function inspectNode(run: RunCommand, profile: string): Promise<NodeContainer | undefined> {
  const inspected = await run("docker", ["container", "inspect", profile], { timeoutMs: TIMEOUT_MS });
  if (inspected.exitCode !== 0) return undefined;
  const [container] = parse(inspected.stdout);
  return container?.Config?.Labels?.[PROFILE_LABEL] === profile ? container : undefined;
}

/**
 * The base URL under which docker publishes a NodePort of a node; undefined where it does not. That something answers on a
 * port of loopback says nothing: it may be another profile's.
 */
export function bindingOf(node: NodeContainer, nodePort: number): string | undefined {
  const [binding] = node.NetworkSettings?.Ports?.[`${nodePort}/tcp`] ?? [];
  if (!binding) return undefined;
  return baseUrl(ANY_ADDRESS.includes(binding.HostIp) ? "127.0.0.1" : binding.HostIp, binding.HostPort);
}

/** `http://host:port`, also for a host of IPv6. */
export const baseUrl = (host: string, port: number | string): string =>
  `http://${host.includes(":") ? `[${host}]` : host}:${port}`;

/** Wrappers around other container engines print other things than JSON. */
function parse(stdout: string): readonly NodeContainer[] {
  try {
    return JSON.parse(stdout) as readonly NodeContainer[];
  } catch {
    return [];
  }
}

const execute = promisify(execFile);

/** The real `RunCommand`; `docker` asks this machine's daemon, also in a shell that talks to the one inside minikube. */
export const runCommand: RunCommand = async (file, args, { timeoutMs }) => {
  try {
    const { stdout } = await execute(file, [...args], { timeout: timeoutMs, env: withoutMinikube(process.env) });
    return { exitCode: 0, stdout };
  } catch (error) {
    const { code } = error as { readonly code?: unknown };
    return { exitCode: typeof code === "number" ? code : undefined, stdout: "" };
  }
};

/** An environment without what `minikube docker-env` sets. */
function withoutMinikube(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  if (!env.MINIKUBE_ACTIVE_DOCKERD) return env;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith("DOCKER_")));
}

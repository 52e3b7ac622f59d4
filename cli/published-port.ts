import type { Outside } from "../setup/machine/outside.ts";

/** What `docker container inspect` prints, as far as it tells whose node a container is and what it publishes. */
type Container = {
  readonly Config?: { readonly Labels?: Readonly<Record<string, string>> | null };
  readonly NetworkSettings?: { readonly Ports?: Readonly<Record<string, readonly Binding[] | null>> | null };
};

type Binding = { readonly HostIp: string; readonly HostPort: string };

const profileLabel = "name.minikube.sigs.k8s.io";
const anyAddress = ["", "0.0.0.0", "::"];

/**
 * The base URL under which this machine's docker publishes a NodePort of a profile's node; undefined where it does not, or
 * where the node is no container. That something answers on a port of loopback says nothing: it may be another profile's.
 */
export async function publishedAddress(
  outside: Outside,
  profile: string,
  nodePort: number,
): Promise<string | undefined> {
  const inspected = await outside.run("docker", ["container", "inspect", profile], { timeoutMs: 20_000 });
  if (inspected.exitCode !== 0) return undefined;
  const [container] = parse(inspected.stdout);
  if (container?.Config?.Labels?.[profileLabel] !== profile) return undefined;
  const [binding] = container.NetworkSettings?.Ports?.[`${nodePort}/tcp`] ?? [];
  if (!binding) return undefined;
  return `http://${hostOf(binding)}:${binding.HostPort}`;
}

/** Wrappers around other container engines print other things than JSON. */
function parse(stdout: string): readonly Container[] {
  try {
    return JSON.parse(stdout) as readonly Container[];
  } catch {
    return [];
  }
}

function hostOf({ HostIp: host }: Binding): string {
  if (anyAddress.includes(host)) return "127.0.0.1";
  return host.includes(":") ? `[${host}]` : host;
}

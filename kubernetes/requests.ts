import type { V1Container, V1PodSpec } from "@kubernetes/client-node";
import { quantity } from "./quantity.ts";

/** CPU and memory that the scheduler reserves. */
export type Requests = { readonly cpuMillicores: number; readonly memoryBytes: number };

export const NO_REQUESTS: Requests = { cpuMillicores: 0, memoryBytes: 0 };

/** Adds requests, each multiplied by its `times`. */
export function sumRequests(parts: Iterable<readonly [requests: Requests, times: number]>): Requests {
  let { cpuMillicores, memoryBytes } = NO_REQUESTS;
  for (const [requests, times] of parts) {
    cpuMillicores += requests.cpuMillicores * times;
    memoryBytes += requests.memoryBytes * times;
  }
  return { cpuMillicores, memoryBytes };
}

/**
 * What one pod reserves, as the scheduler counts (Kubernetes' documentation, "Sidecar Containers", resource sharing). It is
 * the larger of two sums, for CPU and memory each, plus the overhead of the pod's runtime:
 * - while it runs: all containers and all sidecars
 * - while it starts: one init container, and the sidecars that were started before it
 *
 * Example: a sidecar of 100m, then an init container of 500m, then a container of 200m. Running takes 300m, starting takes
 * 600m: the pod reserves 600m.
 */
export function requestsOf(spec: V1PodSpec | undefined): Requests {
  const sidecars: Requests[] = [];
  const whileStarting: Requests[] = [];
  for (const container of spec?.initContainers ?? []) {
    const own = containerRequests(container);
    whileStarting.push(total([...sidecars, own]));
    if (container.restartPolicy === "Always") sidecars.push(own);
  }
  const running = total([...sidecars, ...(spec?.containers ?? []).map(containerRequests)]);
  const hungriest = [running, ...whileStarting];
  const peak = {
    cpuMillicores: Math.max(...hungriest.map(({ cpuMillicores }) => cpuMillicores)),
    memoryBytes: Math.max(...hungriest.map(({ memoryBytes }) => memoryBytes)),
  };
  return total([peak, amounts(spec?.overhead)]);
}

const total = (parts: readonly Requests[]): Requests => sumRequests(parts.map((part) => [part, 1]));

/** Limits stand in for missing requests, as the API server fills them in. */
const containerRequests = ({ resources }: V1Container): Requests =>
  amounts({ ...resources?.limits, ...resources?.requests });

/** Reads a resource list such as `{ cpu: "250m", memory: "128Mi" }`; millicores are rounded up, as the scheduler does. */
export const amounts = (resources: Readonly<Record<string, string>> | undefined): Requests => ({
  cpuMillicores: Math.ceil(quantity(resources?.cpu ?? 0) * 1000),
  memoryBytes: quantity(resources?.memory ?? 0),
});

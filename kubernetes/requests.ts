import type { V1Container, V1PodSpec } from "@kubernetes/client-node";
import { quantity } from "./quantity.ts";

/** What the scheduler reserves. */
export type Requests = { readonly cpuMillicores: number; readonly memoryBytes: number };

/** No reservation. */
export const NO_REQUESTS: Requests = { cpuMillicores: 0, memoryBytes: 0 };

/** Sum of reservations, each counted `times`. */
export function sumRequests(parts: Iterable<readonly [requests: Requests, times: number]>): Requests {
  let { cpuMillicores, memoryBytes } = NO_REQUESTS;
  for (const [requests, times] of parts) {
    cpuMillicores += requests.cpuMillicores * times;
    memoryBytes += requests.memoryBytes * times;
  }
  return { cpuMillicores, memoryBytes };
}

/**
 * What one pod reserves, as the scheduler counts: its containers and sidecars together, or the hungriest init container
 * beside the sidecars that were started before it, whichever is more; and the overhead of its runtime.
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

/** The API server fills in limits where requests are missing. */
const containerRequests = ({ resources }: V1Container): Requests =>
  amounts({ ...resources?.limits, ...resources?.requests });

/** Reads a list of resources: millicores rounded up, as the scheduler does. */
export const amounts = (resources: Readonly<Record<string, string>> | undefined): Requests => ({
  cpuMillicores: Math.ceil(quantity(resources?.cpu ?? 0) * 1000),
  memoryBytes: quantity(resources?.memory ?? 0),
});

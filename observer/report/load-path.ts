import type { LoadStarted } from "../events.ts";

/** The ports that Kubernetes gives to NodePorts unless its API server is told otherwise. */
const NODE_PORTS = { least: 30_000, most: 32_767 } as const;

/**
 * The path that load took, in words, by its address. What lies on it is part of every latency, and may fail requests of its own: a
 * port of 127.0.0.1 is one that docker publishes for the node's container, or a tunnel, and a proxy of either kind stands between.
 *
 * Example: from this machine to `http://127.0.0.1:30055/predict`, the NodePort of the stack `rolling`: `from this machine, through a
 * proxy on 127.0.0.1, to the NodePort`.
 */
export function loadPath({ url, from }: Pick<LoadStarted, "url" | "from">): string {
  // Load from the cluster may have a host that stands for the pod's own node: see observer/load/address.ts.
  const [, host = "", port = ""] = /^https?:\/\/(?:[^@/]*@)?(\[[^\]]*\]|[^:/?#]*)(?::(\d+))?/.exec(url) ?? [];
  const isNodePort = Number(port) >= NODE_PORTS.least && Number(port) <= NODE_PORTS.most;
  if (from === "cluster") {
    if (isNodePort) return "from a Job in the cluster, to the NodePort of its own node";
    return `from a Job in the cluster, to ${host.endsWith(".svc") ? "the Service's address" : "the given address"}`;
  }
  if (isLoopback(host))
    return `from this machine, through a proxy on ${host}, to the ${isNodePort ? "NodePort" : "given address"}`;
  return `from this machine, to ${isNodePort ? "a node's NodePort" : "the given address or a load balancer"}`;
}

const isLoopback = (host: string): boolean => host === "localhost" || host === "[::1]" || /^127(\.\d+){3}$/.test(host);

import { randomBytes } from "node:crypto";
import type { V1Node, V1Service, V1ServicePort } from "@kubernetes/client-node";
import { UserError } from "../../common/user-error.ts";
import { nameOf } from "../../kubernetes/pods.ts";
import { NODE_ADDRESS } from "../../observer/load/address.ts";
import { LOAD_NAME } from "../../observer/load/name.ts";
import { safeUrl } from "../../observer/request/redaction.ts";
import { baseUrl } from "../../stacks/live/published-port.ts";
import { podSpec, type Target } from "./find-target.ts";
import { headlessPort } from "./headless-port.ts";
import type { WatchRequest } from "./watch-request.ts";

/** Clusters that run on the user's own machine. */
export type LocalCluster = "minikube" | "kind";

/** Where load comes from and where it goes. */
export type ChosenLoad = {
  /** With its path and query, which may be secret. Load from the cluster may have NODE_ADDRESS as its host. */
  readonly url: string;
  /** Whether load goes to this machine or to a local cluster's own node or Service: then nobody else is asked. */
  readonly isLocal: boolean;
} & (
  | { readonly from: "host" }
  | { readonly from: "cluster"; readonly image: string; readonly jobName: string; readonly why?: string }
);

export type LoadChoice = Pick<WatchRequest, "url" | "loadFrom" | "loadImage"> & {
  readonly target: Pick<Target, "service" | "nodes" | "workloads">;
  readonly namespace: string;
  /** Path and query of the request; those of `url`, or else "/", unless it is given. */
  readonly path?: string;
  /** Whether something listens at a host and port. */
  readonly listens: (host: string, port: number) => Promise<boolean>;
};

/** Which local cluster a node is of; undefined for every other cluster, and where nodes may not be listed. */
export function localClusterOf(nodes: readonly V1Node[]): LocalCluster | undefined {
  const [node] = nodes;
  if (node?.metadata?.labels?.["minikube.k8s.io/name"] !== undefined) return "minikube";
  return node?.spec?.providerID?.startsWith("kind://") ? "kind" : undefined;
}

/**
 * Chooses where load comes from, and its address: the user's, or else this machine if something listens for the Service here, or
 * else a Job in the cluster.
 * @throws {UserError} where the choice cannot be had, or no image is known for the Job.
 */
export async function chooseLoad(choice: LoadChoice): Promise<ChosenLoad> {
  const { url, loadFrom, target, path, listens } = choice;
  const local = localClusterOf(target.nodes);
  if (url !== undefined) {
    const address = withPath(url, path);
    const isLocal = isLocalHost(new URL(address).hostname, target.nodes, local);
    if (loadFrom !== "cluster") return { from: "host", url: address, isLocal };
    // Loopback of the Job's pod is not this machine's.
    return { from: "cluster", url: address, isLocal: false, ...jobOf(choice) };
  }
  const { service } = target;
  if (!service) throw new UserError("load: there is neither a Service nor an address. Name one: --url http://…");
  const tried: string[] = [];
  for (const { host, port } of loadFrom === "cluster" ? [] : hostAddresses(service, target.nodes, local)) {
    const base = `${schemeOf(service)}${baseUrl(host, port).slice("http".length)}`;
    if (await listens(host, port)) {
      const address = withPath(base, path);
      return { from: "host", url: address, isLocal: isLocalHost(new URL(address).hostname, target.nodes, local) };
    }
    tried.push(base);
  }
  const lacking =
    tried.length > 0
      ? `nothing listens on ${tried.join(" or ")}`
      : `the Service ${nameOf(service)} has neither a NodePort nor a load balancer`;
  if (loadFrom === "host") {
    throw new UserError(
      `load-from: got "host", but ${lacking}. Name an address: --url http://…, or --load-from cluster`,
    );
  }
  return {
    from: "cluster",
    // No URL is made of it: that would write NODE_ADDRESS in lower case.
    url: `${clusterBase(service, choice)}${path ?? "/"}`,
    isLocal: local !== undefined,
    ...jobOf(choice),
    ...(loadFrom === undefined && { why: lacking }),
  };
}

/** The address as people read it, without what may be secret: http://NODE:30050/ where it is that of the Job's own node. */
export const toldAddress = (url: string): string => safeUrl(url).replace(NODE_ADDRESS.toLowerCase(), "NODE");

const withPath = (base: string, path: string | undefined): string => {
  if (path === undefined) return new URL(base).href;
  const { origin, username, password } = new URL(base);
  // As one text: a path beside a base may name another host, as in //shop.example.
  const joined = new URL(`${origin}${path}`);
  joined.username = username;
  joined.password = password;
  return joined.href;
};

/** Ways from this machine to a Service, the surest first. A port of loopback may be somebody else's, so it comes last. */
function hostAddresses({ spec, status }: V1Service, nodes: readonly V1Node[], local: LocalCluster | undefined) {
  const { port, nodePort } = portOf(spec);
  const balancers = (status?.loadBalancer?.ingress ?? []).flatMap(({ ip, hostname }) => ip ?? hostname ?? []);
  const ofNodes = nodes.flatMap(internalAddresses);
  return [
    ...balancers.map((host) => ({ host, port })),
    ...(nodePort === undefined
      ? []
      : [...ofNodes, ...(local ? ["127.0.0.1"] : [])].map((host) => ({
          host,
          port: nodePort,
        }))),
  ];
}

const internalAddresses = ({ status }: V1Node): readonly string[] =>
  (status?.addresses ?? []).flatMap(({ type, address }) => (type === "InternalIP" ? [address] : []));

/** The first port, or the one that is called http. */
function portOf(spec: V1Service["spec"]): V1ServicePort {
  const ports = spec?.ports ?? [];
  return ports.find(({ name }) => name === "http") ?? ports[0] ?? { port: 80 };
}

function schemeOf({ spec }: V1Service): "http" | "https" {
  const { name, port } = portOf(spec);
  return name === "https" || (name !== "http" && port === 443) ? "https" : "http";
}

/** Address of a Service in its own cluster: the NodePort of the load pod's node, see load/target.ts, or else its name. */
function clusterBase(service: V1Service, { namespace, target }: Pick<LoadChoice, "namespace" | "target">): string {
  const chosen = portOf(service.spec);
  const scheme = schemeOf(service);
  if (chosen.nodePort !== undefined) return `${scheme}://${NODE_ADDRESS}:${chosen.nodePort}`;
  const isHeadless = service.spec?.clusterIP === "None";
  const templates = target.workloads.flatMap((workload) => podSpec(workload) ?? []);
  const port = isHeadless ? headlessPort(service, chosen, { templates, namespace }) : chosen.port;
  return `${scheme}://${nameOf(service)}.${namespace}.svc:${port}`;
}

function isLocalHost(host: string, nodes: readonly V1Node[], local: LocalCluster | undefined): boolean {
  const name = host.replace(/^\[|\]$/g, "");
  if (name === "localhost" || name === "::1" || /^127\.\d+\.\d+\.\d+$/.test(name)) return true;
  // A node's own name is a question to DNS, whose answer may be anybody's address.
  return local !== undefined && nodes.some((node) => internalAddresses(node).includes(name));
}

const OWN_IMAGE = /^(docker\.io\/library\/)?online-inference:v\d+-[\w.-]+$/;

/** The load's Job: a name of its own, so that two watches go side by side, and an image with Node.js that the cluster has. */
function jobOf({ loadImage, target }: LoadChoice): { readonly image: string; readonly jobName: string } {
  const jobName = `${LOAD_NAME}-${randomBytes(4).toString("hex")}`;
  if (loadImage !== undefined) return { image: loadImage, jobName };
  const own = target.nodes.flatMap(({ status }) => status?.images ?? []).flatMap(({ names }) => names ?? []);
  const image = own.find((name) => OWN_IMAGE.test(name));
  if (image !== undefined) return { image, jobName };
  throw new UserError(
    "load-image: got none, and the cluster has no image of the lab; needed is an image with Node.js 24 or newer that the " +
      "cluster can pull, for the Job that sends load. Name one: --load-image node:24-slim",
  );
}

import { BlockList, isIPv6 } from "node:net";
import { networkInterfaces } from "node:os";
import type { V1Node } from "@kubernetes/client-node";
import { baseUrl, bindingOf, inspectNode, type RunCommand, runCommand } from "./published-port.ts";

/** What decides where a stack's NodePort is reached. */
export type NodePortPlace = { readonly profile: string; readonly context: string; readonly nodePort: number };

/** Kinds of node addresses, the most useful one for clients outside of the cluster first. */
const ADDRESS_TYPES = ["ExternalIP", "InternalIP"];

/** Addresses of this machine's network interfaces, with their prefixes, such as `192.168.49.1/24`. */
const ownNetworks = (): readonly string[] =>
  Object.values(networkInterfaces()).flatMap((ones = []) => ones.flatMap(({ cidr }) => cidr ?? []));

/** Whether this machine has an interface in the network of an address, so that packets to it do not leave by the default route. */
export function sharesNetwork(address: string, networks: readonly string[] = ownNetworks()): boolean {
  const family = (one: string) => (isIPv6(one) ? "ipv6" : "ipv4");
  const list = new BlockList();
  for (const network of networks) {
    const [own = "", prefix] = network.split("/");
    list.addSubnet(own, Number(prefix), family(own));
  }
  return list.check(address, family(address));
}

/**
 * The base URL under which a stack's NodePort should answer on this machine: the port that docker publishes of the minikube
 * profile's node, else a node's own address. Undefined if the user may not list the nodes, or if the node is a container in a
 * network that this machine has no part in, as on macOS and under rootless docker. Nobody is asked whether it answers. Docker is asked
 * while `nodes` are still on their way.
 */
export async function nodePortUrl(
  { profile, context, nodePort }: NodePortPlace,
  nodes: readonly V1Node[] | Promise<readonly V1Node[]>,
  run: RunCommand = runCommand,
  networks: readonly string[] = ownNetworks(),
): Promise<string | undefined> {
  const node = context === profile ? await inspectNode(run, profile) : undefined;
  const published = node && bindingOf(node, nodePort);
  if (published !== undefined) return published;
  const addresses = (await nodes).flatMap(({ status }) => status?.addresses ?? []);
  const [best] = ADDRESS_TYPES.flatMap((wanted) => addresses.filter(({ type }) => type === wanted));
  if (!best || (node && !sharesNetwork(best.address, networks))) return undefined;
  return baseUrl(best.address, nodePort);
}

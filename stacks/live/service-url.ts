import type { V1Node } from "@kubernetes/client-node";
import { baseUrl, publishedAddress, type RunCommand, runCommand } from "./published-port.ts";

/** What decides where a stack's NodePort is reached. */
export type NodePortPlace = { readonly profile: string; readonly context: string; readonly nodePort: number };

/** Kinds of node addresses, the most useful one for clients outside of the cluster first. */
const ADDRESS_TYPES = ["ExternalIP", "InternalIP"];

/**
 * The base URL under which a stack's NodePort should answer on this machine: the port that docker publishes of the minikube
 * profile's node, else a node's own address. Undefined if the user may not list the nodes. Nobody is asked whether it answers.
 */
export async function nodePortUrl(
  { profile, context, nodePort }: NodePortPlace,
  nodes: readonly V1Node[],
  run: RunCommand = runCommand,
): Promise<string | undefined> {
  const published = context === profile ? await publishedAddress(run, profile, nodePort) : undefined;
  if (published !== undefined) return published;
  const addresses = nodes.flatMap(({ status }) => status?.addresses ?? []);
  const [best] = ADDRESS_TYPES.flatMap((wanted) => addresses.filter(({ type }) => type === wanted));
  return best && baseUrl(best.address, nodePort);
}

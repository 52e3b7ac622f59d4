import { UserError } from "../../common/user-error.ts";
import type { Outside } from "../../setup/machine/outside.ts";
import { bindingOf, inspectNode } from "../../stacks/live/published-port.ts";
import { sharesNetwork } from "../../stacks/live/service-url.ts";

/** Where a stack's NodePort may be found. */
export interface AddressQuery {
  readonly outside: Outside;
  readonly minikube: string;
  readonly profile: string;
  readonly namespace: string;
  readonly service: string;
  readonly nodePort: number;
  /** Whether it is a pod of the stack that answers under a base URL. */
  readonly answers: (baseUrl: string) => Promise<boolean>;
  /** Whether this machine is in a network with an address. */
  readonly sharesNetwork?: (address: string) => boolean;
}

/**
 * The base URL under which a stack answers from this machine: the port that the profile's node publishes, else the node's own
 * address. A container's address is not asked where it leads nowhere: on macOS, under Docker Desktop and under rootless docker
 * the containers' network is inside a virtual machine or a namespace of its own.
 * @throws {UserError} that says what was tried.
 */
export async function findAddress(query: AddressQuery): Promise<string> {
  const { outside, profile, namespace, service, nodePort } = query;
  const node = await inspectNode(outside.run, profile);
  const published = node && bindingOf(node, nodePort);
  const tried: string[] = [];
  for (const address of [published, await ofTheNode(query, node !== undefined)]) {
    if (address === undefined) continue;
    if (await query.answers(address)) return address;
    tried.push(address);
  }
  const lacking =
    tried.length > 0
      ? `no pod of the Service ${service} answers on ${tried.join(" or ")}`
      : `this machine reaches no address of profile ${profile}`;
  throw new UserError(`${lacking}. See its pods: kubectl --context ${profile} -n ${namespace} get pods`);
}

async function ofTheNode(query: AddressQuery, isContainer: boolean): Promise<string | undefined> {
  const { outside, minikube, profile, nodePort } = query;
  const { exitCode, stdout } = await outside.run(minikube, ["ip", "-p", profile], { timeoutMs: 20_000 });
  const address = stdout.trim();
  if (exitCode !== 0) return undefined;
  const isRouted = !isContainer || (query.sharesNetwork ?? sharesNetwork)(address);
  return isRouted ? `http://${address}:${nodePort}` : undefined;
}

import { UserError } from "../common/user-error.ts";
import type { Outside } from "../setup/machine/outside.ts";
import { publishedAddress } from "./published-port.ts";

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
}

/**
 * The base URL under which a stack answers from this machine: the port that the profile's node publishes, else the node's own
 * address, else what `minikube service` offers.
 */
export async function findAddress(query: AddressQuery): Promise<string> {
  const tried: string[] = [];
  for (const place of [published, ofTheNode, offered]) {
    const address = await place(query);
    if (address === undefined || tried.includes(address)) continue;
    if (await query.answers(address)) return address;
    tried.push(address);
  }
  const { profile, namespace, service } = query;
  const lacking =
    tried.length > 0
      ? `no pod of the Service ${service} answers on ${tried.join(" or ")}`
      : `minikube knows no address of profile ${profile}`;
  throw new UserError(`${lacking}. See its pods: kubectl --context ${profile} -n ${namespace} get pods`);
}

const published = ({ outside, profile, nodePort }: AddressQuery): Promise<string | undefined> =>
  publishedAddress(outside, profile, nodePort);

async function ofTheNode({ outside, minikube, profile, nodePort }: AddressQuery): Promise<string | undefined> {
  const { exitCode, stdout } = await outside.run(minikube, ["ip", "-p", profile], { timeoutMs: 20_000 });
  return exitCode === 0 ? `http://${stdout.trim()}:${nodePort}` : undefined;
}

async function offered({ outside, minikube, profile, namespace, service }: AddressQuery): Promise<string | undefined> {
  const args = ["service", service, "-n", namespace, "-p", profile, "--url"];
  // Where it has to hold a tunnel open, it prints the address and stays.
  const { stdout } = await outside.run(minikube, args, { timeoutMs: 20_000 });
  return stdout
    .split("\n")
    .find((line) => line.startsWith("http"))
    ?.trim();
}

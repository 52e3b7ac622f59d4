import type { Outside } from "../setup/outside.ts";
import { UserError } from "../setup/user-error.ts";

/** Where a stack's NodePort may be found. */
export interface AddressQuery {
  readonly outside: Outside;
  readonly minikube: string;
  readonly profile: string;
  readonly namespace: string;
  readonly service: string;
  readonly nodePort: number;
  /** Whether something answers under a base URL. */
  readonly answers: (baseUrl: string) => Promise<boolean>;
}

/**
 * The base URL under which a stack answers from this machine: the port published on loopback, else the node's own
 * address, else what `minikube service` offers.
 */
export async function findAddress(query: AddressQuery): Promise<string> {
  const { outside, minikube, profile, namespace, service, nodePort, answers } = query;
  const published = `http://127.0.0.1:${nodePort}`;
  if (await answers(published)) return published;
  const ip = await outside.run(minikube, ["ip", "-p", profile], { timeoutMs: 20_000 });
  const byNode = `http://${ip.stdout.trim()}:${nodePort}`;
  if (ip.exitCode === 0 && (await answers(byNode))) return byNode;
  const offered = await outside.run(minikube, ["service", service, "-n", namespace, "-p", profile, "--url"], {
    timeoutMs: 20_000,
  });
  const url = offered.stdout.trim().split("\n")[0];
  if (url && (await answers(url))) return url;
  throw new UserError(
    `the Service ${service} answers neither on ${published} nor on ${byNode}. ` +
      `See its pods: kubectl --context ${profile} -n ${namespace} get pods`,
  );
}

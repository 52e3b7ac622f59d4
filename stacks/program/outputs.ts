import { VERSION_LABEL } from "../../kubernetes/labels.ts";
import type { Prepared } from "./prepare.ts";
import { type StackAddress, stackAddress } from "./stack-address.ts";

/** What a stack tells its user after an `up`: one line of text each, all known at preview. */
export type StackOutputs = {
  /** kubeconfig context of the cluster in which the stack is up. */
  readonly context: string;
  /** minikube profile. */
  readonly profile: string;
  readonly namespace: string;
  /** References of the images that the pods run, separated by commas. */
  readonly images: string;
  /** URL for `POST` of one object or of `{"data": [...]}`; absent where the address of no node may be known. */
  readonly url?: string;
  /** A command that asks for one prediction, from the checkout. Pulumi prints quotes with backslashes, so it has none. */
  readonly curl?: string;
  /** Where there is no URL: a command for a second terminal that makes one, http://127.0.0.1:<NodePort>, while it runs. */
  readonly forward?: string;
  /** A command that shows the pods while they come and go. */
  readonly pods: string;
  readonly note: string;
};

/** From the checkout, like every command in the README. */
const PATIENT = "service/patient.json";

/** How long after a pod is Ready the node's rules still may send users elsewhere. */
const NOTE = "users reach new pods 1 to 2 s after this: kube-proxy learns of them last";

/** Puts together a stack's outputs. */
export function stackOutputs({
  config,
  images,
  baseUrl,
}: Pick<Prepared, "config" | "images" | "baseUrl">): StackOutputs {
  const { context, profile, namespace, path } = stackAddress(config);
  const url = baseUrl === undefined ? undefined : `${baseUrl}${path}`;
  return {
    context,
    profile,
    namespace,
    images: [...images.values()].map(({ service }) => service.name).join(", "),
    ...(url === undefined ? { forward: forwardCommand(stackAddress(config)) } : { url }),
    // Its patient is a row of the lab's own models.
    ...(url !== undefined && config.modelDir === undefined && { curl: curlCommand(url) }),
    pods: `kubectl --context ${context} --namespace ${namespace} get pods --label-columns ${VERSION_LABEL} --watch`,
    note: NOTE,
  };
}

/** A command that forwards the stack's NodePort on loopback to one of its pods for as long as it runs. */
export const forwardCommand = ({ context, namespace, service, nodePort, port }: StackAddress): string =>
  `kubectl --context ${context} --namespace ${namespace} port-forward service/${service} ${nodePort}:${port}`;

/** A command that asks for one prediction under a URL. */
export const curlCommand = (url: string): string => `curl -s -H content-type:application/json -d @${PATIENT} ${url}`;

import { APP, selector } from "../objects/labels.ts";
import { SERVICE_PORT } from "../objects/pod-template.ts";
import type { Prepared } from "./prepare.ts";

/** What a stack tells whoever sends requests to it or watches it: plain values, all known at preview. */
export type StackOutputs = {
  readonly experiment: string;
  readonly release: string;
  /** minikube profile. */
  readonly profile: string;
  /** kubeconfig context; the profile's unless config says otherwise. */
  readonly context: string;
  readonly namespace: string;
  /** References of the images that the pods run, by release. */
  readonly images: Readonly<Record<string, string>>;
  /** Name of the Service. */
  readonly service: string;
  /** Port of the Service inside the cluster. */
  readonly port: number;
  readonly nodePort: number;
  /** Path for `POST` of one object or of `{"data": [...]}`. */
  readonly path: string;
  /** Labels that select the stack's pods. */
  readonly selector: Readonly<Record<string, string>>;
  /** Objects that are or own the pods. */
  readonly workloads: readonly { readonly kind: string; readonly name: string }[];
};

/** Puts together a stack's outputs. */
export function stackOutputs({ config, images, workloads }: Prepared): StackOutputs {
  const { experimentName: experiment, release, profile, context, namespace, nodePort, stack } = config;
  return {
    experiment,
    release,
    profile,
    context,
    namespace,
    images: Object.fromEntries([...images].map(([name, plan]) => [name, plan.service.name])),
    service: APP,
    port: SERVICE_PORT,
    nodePort,
    path: "/predict",
    selector: selector(stack),
    workloads: workloads.map(({ kind, metadata }) => ({ kind, name: metadata.name })),
  };
}

import type { LabConfig } from "./config.ts";
import type { Workload } from "./experiment.ts";
import { APP, SERVICE_PORT, selector } from "./workload.ts";

/** What a stack tells whoever sends requests to it or watches it: plain values, all known at preview. */
export type StackOutputs = {
  readonly experiment: string;
  readonly release: string;
  /** minikube profile and kubeconfig context. */
  readonly profile: string;
  readonly namespace: string;
  /** Reference of the image that the pods run. */
  readonly image: string;
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
  readonly workloads: readonly Workload[];
};

/** Puts together a stack's outputs. */
export function stackOutputs(config: LabConfig, image: string, workloads: readonly Workload[]): StackOutputs {
  const { experimentName: experiment, release, profile, namespace, nodePort, stack } = config;
  return {
    experiment,
    release,
    profile,
    namespace,
    image,
    service: APP,
    port: SERVICE_PORT,
    nodePort,
    path: "/predict",
    selector: selector(stack),
    workloads,
  };
}

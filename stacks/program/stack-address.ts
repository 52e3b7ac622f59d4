import { APP, selector } from "../objects/labels.ts";
import { SERVICE_PORT } from "../objects/pod-template.ts";
import type { LabConfig } from "./config.ts";

/** Where a stack's pods are and how to reach them: plain values, all decided by config. */
export type StackAddress = {
  /** minikube profile. */
  readonly profile: string;
  /** kubeconfig context; the profile's unless config says otherwise. */
  readonly context: string;
  readonly namespace: string;
  /** Name of the Service. */
  readonly service: string;
  /** Port of the Service inside the cluster. */
  readonly port: number;
  readonly nodePort: number;
  /** Path for `POST` of one object or of `{"data": [...]}`. */
  readonly path: string;
  /** Labels that select the stack's pods. */
  readonly selector: Readonly<Record<string, string>>;
};

/** The address of a stack under its config. */
export const stackAddress = ({ profile, context, namespace, nodePort, stack }: LabConfig): StackAddress => ({
  profile,
  context,
  namespace,
  service: APP,
  port: SERVICE_PORT,
  nodePort,
  path: "/predict",
  selector: selector(stack),
});

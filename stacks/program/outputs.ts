import type { Prepared } from "./prepare.ts";
import { type StackAddress, stackAddress } from "./stack-address.ts";

/** What a stack tells whoever sends requests to it or watches it: plain values, all known at preview. */
export type StackOutputs = StackAddress & {
  readonly experiment: string;
  readonly release: string;
  /** References of the images that the pods run, by release. */
  readonly images: Readonly<Record<string, string>>;
  /** Objects that are or own the pods. */
  readonly workloads: readonly { readonly kind: string; readonly name: string }[];
};

/** Puts together a stack's outputs. */
export function stackOutputs({ config, images, workloads }: Prepared): StackOutputs {
  return {
    experiment: config.experimentName,
    release: config.release,
    ...stackAddress(config),
    images: Object.fromEntries([...images].map(([name, plan]) => [name, plan.service.name])),
    workloads: workloads.map(({ kind, metadata }) => ({ kind, name: metadata.name })),
  };
}

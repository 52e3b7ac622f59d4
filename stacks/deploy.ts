import { Provider } from "@pulumi/kubernetes";
import { ComponentResource } from "@pulumi/pulumi";
import { buildImages } from "./image.ts";
import { type StackOutputs, stackOutputs } from "./outputs.ts";
import type { Prepared } from "./prepare.ts";
import { register } from "./register.ts";

/** Registers all resources of a stack; nothing that a user can get wrong is found out here. */
export function deploy(prepared: Prepared): StackOutputs {
  const { config, docker, images, declarations, workloads } = prepared;
  const context = config.profile;
  const parent = new ComponentResource("online-inference:lab:Experiment", "experiment");
  const provider = new Provider("kubernetes", { context }, { parent });
  register(declarations, {
    parent,
    provider,
    ...(workloads.some(({ kind }) => kind === "Pod") && {
      podProvider: new Provider("kubernetes-pod", { context, enableServerSideApply: false }, { parent }),
    }),
    ready: buildImages(images, docker, parent),
  });
  return stackOutputs(prepared);
}

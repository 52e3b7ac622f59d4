import { Provider } from "@pulumi/kubernetes";
import { ComponentResource, secret } from "@pulumi/pulumi";
import { buildImages } from "../images/image.ts";
import { dockerConfig } from "../images/registry.ts";
import { type StackOutputs, stackOutputs } from "./outputs.ts";
import type { Prepared } from "./prepare.ts";
import { register } from "./register.ts";

/** Registers all resources of a stack. Mistakes of the user have been found before, by `prepare`. */
export function deploy(prepared: Prepared): StackOutputs {
  const { config, builder, images, declarations, workloads } = prepared;
  const { context, registry } = config;
  const parent = new ComponentResource("online-inference:lab:Experiment", "experiment");
  const provider = new Provider("kubernetes", { context }, { parent });
  const { resources, digests } = buildImages(images, builder, {
    parent,
    // A chart that is installed by hand names the release's newest image.
    tagNewest: declarations.some((declaration) => "chart" in declaration),
  });
  const content = registry && dockerConfig(registry);
  register(declarations, {
    parent,
    provider,
    ...(workloads.some(({ kind }) => kind === "Pod") && {
      podProvider: new Provider("kubernetes-pod", { context, enableServerSideApply: false }, { parent }),
    }),
    ready: resources,
    late: { digests, ...(content && { dockerConfig: secret(content) }) },
  });
  return stackOutputs(prepared);
}

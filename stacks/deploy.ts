import { Provider } from "@pulumi/kubernetes";
import { ComponentResource } from "@pulumi/pulumi";
import type { LabConfig } from "./config.ts";
import { buildImage, type ImagePlan } from "./image.ts";
import type { DockerEndpoint } from "./minikube.ts";
import { type StackOutputs, stackOutputs } from "./outputs.ts";

/** Registers all resources of a stack; nothing that a user can get wrong is found out here. */
export function deploy(config: LabConfig, docker: DockerEndpoint, plan: ImagePlan): StackOutputs {
  const parent = new ComponentResource("online-inference:lab:Experiment", "experiment");
  const imageReady = buildImage(plan, docker, parent);
  const image = plan.service.name;
  const workloads = config.experiment.resources({
    ...config,
    experiment: config.experimentName,
    image,
    imageReady,
    parent,
    provider: new Provider("kubernetes", { context: config.profile }, { parent }),
  });
  return stackOutputs(config, image, workloads);
}

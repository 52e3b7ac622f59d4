import { Provider } from "@pulumi/kubernetes";
import { ComponentResource } from "@pulumi/pulumi";
import { readConfig } from "./stacks/config.ts";
import { describeDaemon } from "./stacks/daemon.ts";
import { buildImage, planImage } from "./stacks/image.ts";
import { minikubeDocker } from "./stacks/minikube.ts";
import { type StackOutputs, stackOutputs } from "./stacks/outputs.ts";

/** Config -> experiment -> image -> resources -> outputs. Everything that can be wrong is found before the first resource. */
export default async (): Promise<StackOutputs> => {
  const config = readConfig();
  const docker = await minikubeDocker(config.profile);
  const plan = await planImage({ ...config, daemon: await describeDaemon(docker) });

  const parent = new ComponentResource("online-inference:lab:Experiment", config.stack);
  const imageReady = buildImage(plan, docker, parent);
  const workloads = config.experiment.resources({
    ...config,
    experiment: config.experimentName,
    image: plan.service.name,
    imageReady,
    parent,
    provider: new Provider("kubernetes", { context: config.profile }, { parent }),
  });
  return stackOutputs(config, plan.service.name, workloads);
};

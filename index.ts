import { readConfig } from "./stacks/config.ts";
import { describeDaemon } from "./stacks/daemon.ts";
import { deploy } from "./stacks/deploy.ts";
import { planImage } from "./stacks/image.ts";
import { minikubeDocker } from "./stacks/minikube.ts";
import type { StackOutputs } from "./stacks/outputs.ts";

/** Config -> experiment -> image -> resources -> outputs; all that can be wrong is found before the first resource. */
export default async (): Promise<StackOutputs> => {
  const config = readConfig();
  const docker = await minikubeDocker(config.profile);
  const plan = await planImage({ ...config, daemon: await describeDaemon(docker) });
  return deploy(config, docker, plan);
};

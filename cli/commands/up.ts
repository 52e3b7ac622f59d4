import { UP } from "../../observer/run/engine.ts";
import type { Values } from "../../observer/run/stack-file.ts";
import type { Outside } from "../../setup/machine/outside.ts";
import type { PreparedMachine } from "../../setup/prepare.ts";
import type { StackOutputs } from "../../stacks/program/outputs.ts";
import { commandContext, prepareLab } from "../command.ts";
import { duration } from "../progress.ts";
import { type PulumiCall, readOutputs, runPulumi } from "../pulumi.ts";
import { reserveStacks } from "../reserve.ts";
import {
  eventually,
  findAddress,
  predictionText,
  predictOnce,
  predictThrough,
  type TimedPrediction,
} from "../service.ts";
import { answersAsStack, clusterTransport } from "../stack/answers-as-stack.ts";
import { endStack } from "../stack/end.ts";
import { stackConfig, stackFacts } from "../stack/facts.ts";
import { stackPlace } from "../stack/place.ts";
import { settle } from "../stack/settle.ts";
import type { UpRequest } from "./command-arguments.ts";

/** Brings everything up that an experiment needs, deploys it and shows one prediction; its exit code. */
export async function up({ stack, profile, values }: UpRequest): Promise<number> {
  const startMs = performance.now();
  const context = commandContext();
  await using reserved = await reserveStacks(context.paths.state, [stack], `bin/lab up ${stack}`);
  const machine = await prepareLab(context, profile);

  const call = {
    pulumi: machine.pulumi,
    project: context.paths.project,
    env: { ...machine.env, ...reserved.env },
    stack,
  };
  await leaveOtherCluster(context.outside, machine, call, values);
  await settle(call, { isEnding: false });
  await runPulumi(call, UP, values);

  const { answer, from } = await predict(context.outside, machine.minikube, await readOutputs(call));
  console.log(predictionText(answer, from));
  console.log(
    `stack ${stack} is up, ${duration(performance.now() - startMs)} in all. Next: eval "$(bin/lab env)", then plain pulumi.`,
  );
  if (profile !== "minikube")
    console.log(`For plain pulumi, say once: pulumi config set profile ${profile} --stack ${stack}`);
  return 0;
}

/** Ends a stack where it is up when config names another cluster by now: there its pods would stay, and nobody would know of them. */
async function leaveOtherCluster(
  outside: Outside,
  { minikube, profile }: PreparedMachine,
  call: PulumiCall,
  values: Values,
): Promise<void> {
  const place = await stackPlace(call);
  if (place?.context === undefined || place.context === profile.name) return;
  const { context } = await stackFacts(call, { ...(await stackConfig(call)), ...values });
  if (place.context === context) return;
  console.log(`stack ${call.stack} is up in context ${place.context}: it ends there before it comes up in ${context}`);
  await endStack({ outside, minikube }, call);
}

/** Asks a pod of the stack: at the address that the profile's node has here, or else through the API server of another cluster. */
async function predict(
  outside: Outside,
  minikube: string,
  outputs: StackOutputs,
): Promise<{ readonly answer: TimedPrediction; readonly from: string }> {
  const { context, profile, namespace, service, port, path } = outputs;
  const transport = clusterTransport(context);
  if (context !== profile) {
    const proxy = `/api/v1/namespaces/${namespace}/services/${service}:${port}/proxy${path}`;
    return { answer: await predictThrough(transport, proxy), from: `the API server of context ${context}` };
  }
  const isStack = answersAsStack(transport, outputs);
  const answers = (url: string) => eventually(() => isStack(url));
  const url = `${await findAddress({ ...outputs, outside, minikube, answers })}${path}`;
  return { answer: await predictOnce(url), from: url };
}

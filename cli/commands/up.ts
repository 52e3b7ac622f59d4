import { parseArgs } from "node:util";
import { UserError } from "../../common/user-error.ts";
import type { Values } from "../../observer/run/stack-file.ts";
import type { Outside } from "../../setup/machine/outside.ts";
import type { PreparedMachine } from "../../setup/prepare.ts";
import { stackNames } from "../../setup/pulumi.ts";
import type { StackOutputs } from "../../stacks/program/outputs.ts";
import { type Command, commandContext, prepareLab } from "../command.ts";
import { keyAndValue } from "../observation/request.ts";
import { duration } from "../progress.ts";
import { type PulumiCall, readOutputs, runPulumi } from "../pulumi.ts";
import { eventually, findAddress, predictOnce, predictThrough, type TimedPrediction } from "../service.ts";
import { endStack } from "../stack/end.ts";
import { stackConfig, stackFacts } from "../stack/facts.ts";
import { stackPlace } from "../stack/place.ts";
import { answersAsStack, clusterTransport } from "../stack/pods.ts";

/** Brings everything up that an experiment needs, deploys it and shows one prediction. */
export const up: Command = {
  usage: "up [EXPERIMENT] [--profile NAME] [-c KEY=VALUE]",
  summary: "deploy an experiment (default: pod), from a bare machine if need be",
  run: async (args) => {
    const startMs = performance.now();
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { profile: { type: "string" }, config: { type: "string", short: "c", multiple: true } },
    });
    const context = commandContext();
    const stack = chosenStack(positionals, await stackNames(context.paths));
    const config = {
      ...(values.profile !== undefined && { profile: values.profile }),
      ...Object.fromEntries((values.config ?? []).map((text) => keyAndValue("-c", text))),
    };
    const chosen = config.profile ?? "minikube";
    const machine = await prepareLab(context, chosen);

    const call = { pulumi: machine.pulumi, project: context.paths.project, env: machine.env, stack };
    await leaveOtherCluster(context.outside, machine, call, config);
    // The refresh before it then uses docker's address of today, not the one in the state, which the official plugin would ping.
    await runPulumi(call, ["up", "--yes", "--skip-preview", "--run-program"], config);

    const { answer, from } = await predict(context.outside, machine.minikube, await readOutputs(call));
    console.log(
      `prediction ${answer.prediction} (probability ${answer.probability.toFixed(4)}) by pod ${answer.pod}, release ${answer.release}, ` +
        `model ${answer.modelVersion}, in ${answer.elapsedMs.toFixed(1)} ms from ${from}`,
    );
    console.log(
      `stack ${stack} is up, ${duration(performance.now() - startMs)} in all. Next: eval "$(bin/lab env)", then plain pulumi.`,
    );
    if (chosen !== "minikube")
      console.log(`For plain pulumi, say once: pulumi config set profile ${chosen} --stack ${stack}`);
    return 0;
  },
};

/** Ends a stack where it is up when config names another cluster by now: there its pods would stay, and nobody would know of them. */
async function leaveOtherCluster(
  outside: Outside,
  { minikube, profile }: PreparedMachine,
  call: PulumiCall,
  config: Values,
): Promise<void> {
  const place = await stackPlace(call);
  if (place?.context === undefined || place.context === profile.name) return;
  const { context } = await stackFacts(call, { ...(await stackConfig(call)), ...config });
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

function chosenStack(positionals: readonly string[], stacks: readonly string[]): string {
  const [stack = "pod", ...more] = positionals;
  if (more.length > 0 || !stacks.includes(stack)) {
    throw new UserError(
      `experiment: got ${JSON.stringify(positionals.join(" "))}, allowed: one of ${stacks.join(", ")}`,
    );
  }
  return stack;
}

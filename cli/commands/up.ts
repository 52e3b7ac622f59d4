import { parseArgs } from "node:util";
import { prepareMachine } from "../../setup/prepare.ts";
import { stackNames } from "../../setup/stacks.ts";
import { UserError } from "../../setup/user-error.ts";
import { findAddress } from "../address.ts";
import type { Command } from "../command.ts";
import { commandContext } from "../context.ts";
import { eventually, isReady, predictOnce } from "../predict.ts";
import { duration } from "../progress.ts";
import { readOutputs, runPulumi } from "../pulumi.ts";

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
    const chosen = values.profile ?? givenProfile(values.config ?? []) ?? "minikube";
    const machine = await prepareMachine(context.outside, context.paths, chosen, context.report);

    const call = { pulumi: machine.pulumi, project: context.paths.project, env: machine.env, stack };
    const config = [...(values.profile ? [`profile=${values.profile}`] : []), ...(values.config ?? [])];
    await runPulumi(call, ["up", "--yes", "--skip-preview"], config);

    const { profile, namespace, service, nodePort, path } = await readOutputs(call);
    const { outside } = context;
    const answers = (url: string) => eventually(() => isReady(url));
    const address = await findAddress({
      outside,
      minikube: machine.minikube,
      profile,
      namespace,
      service,
      nodePort,
      answers,
    });
    const answer = await predictOnce(`${address}${path}`);
    console.log(
      `prediction ${answer.prediction} (probability ${answer.probability.toFixed(4)}) by pod ${answer.pod}, release ${answer.release}, ` +
        `model ${answer.modelVersion}, in ${answer.elapsedMs.toFixed(1)} ms from ${address}${path}`,
    );
    console.log(
      `stack ${stack} is up, ${duration(performance.now() - startMs)} in all. Next: eval "$(bin/lab env)", then plain pulumi.`,
    );
    if (chosen !== "minikube")
      console.log(`For plain pulumi, say once: pulumi config set profile ${chosen} --stack ${stack}`);
    return 0;
  },
};

/** The profile among config values, where it may be given as well. */
function givenProfile(config: readonly string[]): string | undefined {
  const prefix = "profile=";
  return config.findLast((value) => value.startsWith(prefix))?.slice(prefix.length);
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

import { join } from "node:path";
import { parseArgs } from "node:util";
import { inspectProfile } from "../../setup/cluster-profile.ts";
import { labEnvironment, requireMachineState } from "../../setup/environment.ts";
import { goBuilder } from "../../setup/prepare.ts";
import { stackNames } from "../../setup/stacks.ts";
import { inspectTool } from "../../setup/tools.ts";
import { UserError } from "../../setup/user-error.ts";
import type { Command } from "../command.ts";
import { type CommandContext, commandContext } from "../context.ts";
import { wasInterrupted } from "../interrupt.ts";
import { runPulumi } from "../pulumi.ts";

const destroy = ["destroy", "--yes", "--skip-preview"];
// The program runs at a destroy as well; what goes need not fit its config.
const destroying = { ONLINE_INFERENCE_DESTROY: "true" };

/** Destroys stacks, all of them unless one is named, and with --cluster the minikube profile as well. */
export const down: Command = {
  usage: "down [EXPERIMENT …] [--cluster] [--profile NAME]",
  summary: "destroy stacks (default: all); --cluster deletes the minikube profile too",
  run: async (args) => {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { cluster: { type: "boolean" }, profile: { type: "string" } },
    });
    const context = commandContext();
    const { outside, paths, report } = context;
    const known = await stackNames(paths);
    const unknown = positionals.find((name) => !known.includes(name));
    if (unknown !== undefined)
      throw new UserError(`experiment: got ${JSON.stringify(unknown)}, allowed: ${known.join(", ")}`);
    const env = labEnvironment(paths, await requireMachineState(paths));
    const pulumi = await toolPath(context, "pulumi");
    const minikube = await toolPath(context, "minikube");
    const profile = values.profile ?? "minikube";
    const running = (await inspectProfile(outside, minikube, profile))?.running ?? false;

    const config = values.profile ? [`profile=${values.profile}`] : [];
    if (running) {
      await destroyAll(positionals.length > 0 ? positionals : known, (stack) =>
        runPulumi({ pulumi, project: paths.project, env: { ...env, ...destroying }, stack }, destroy, config),
      );
    } else {
      console.log(
        `minikube profile ${profile} does not run: nothing to destroy; the next bin/lab up mends what the stacks still list`,
      );
    }
    if (values.cluster) {
      await report.during(`deleting minikube profile ${profile}`, 10, async () => {
        const result = await outside.run(minikube, ["delete", "-p", profile]);
        if (result.exitCode !== 0) throw new UserError(`minikube delete failed: ${result.stderr.trim()}`);
      });
    }
    return 0;
  },
};

/** Destroys one stack after the other; one that fails keeps none of the others from going, but is told of at the end. */
async function destroyAll(stacks: readonly string[], destroyOne: (stack: string) => Promise<void>): Promise<void> {
  const failures: unknown[] = [];
  for (const stack of stacks) {
    await destroyOne(stack).catch((error) => {
      if (wasInterrupted()) throw error;
      failures.push(error);
    });
  }
  if (failures.length > 0) throw failures.length === 1 ? failures[0] : new UserError(failures.map(String).join("\n"));
}

async function toolPath({ outside, paths, report }: CommandContext, name: "pulumi" | "minikube"): Promise<string> {
  const tool = await inspectTool({ outside, paths, builder: goBuilder(outside, paths, report) }, name);
  if (tool.way === "missing")
    throw new UserError(`${name} is missing, so nothing of this lab can be up. To bring it: bin/lab up pod`);
  return tool.way === "installed" ? tool.path : join(paths.bin, name);
}

import { join } from "node:path";
import { MINIKUBES_PROFILE } from "../../common/minikubes-profile.ts";
import { UserError } from "../../common/user-error.ts";
import { DESTROY } from "../../observer/run/engine.ts";
import { inspectProfile, type Profile } from "../../setup/cluster/profile.ts";
import { labEnvironment } from "../../setup/environment.ts";
import { resolvePaths } from "../../setup/machine/paths.ts";
import { isMadeByLab, type MachineState, requireMachineState, saveMachineState } from "../../setup/machine-state.ts";
import { goBuilder } from "../../setup/tools/from-source.ts";
import { inspectTool } from "../../setup/tools/tools.ts";
import { ownKey } from "../../stacks/program/config.ts";
import { type CommandContext, stackContext } from "../command.ts";
import { wasInterrupted } from "../interrupt.ts";
import { type PulumiCall, runPulumi } from "../pulumi.ts";
import { reserveStacks } from "../reserve.ts";
import { sideBySide } from "../side-by-side.ts";
import { byPulumi, endStack } from "../stack/end.ts";
import { resetStackFile } from "../stack/file.ts";
import { stackPlace } from "../stack/place.ts";
import { mayHavePending } from "../stack/settle.ts";
import { stacksWithResources } from "../stack/state.ts";
import type { DownRequest } from "./command-arguments.ts";

/** Pulumi and its plugins take most of a core while they start; the rest of a destroy is waiting. */
const LANES = 2;
/** How long a destroy took elsewhere, in seconds. */
const ELSEWHERE_SECONDS = 15;

/** Ends stacks where they are up, and deletes the minikube profile if asked to; the exit code. */
export async function down({ stacks, profile: only, cluster, verbose, reset }: DownRequest): Promise<number> {
  // Before anything is written for a machine that was not set up.
  const state = await requireMachineState(resolvePaths());
  const context = await stackContext();
  const { outside, paths, report } = context;
  const env = labEnvironment(paths, state);
  const pulumi = await toolPath(context, "pulumi");
  const minikube = await toolPath(context, "minikube");
  const profile = only ?? state.profile ?? MINIKUBES_PROFILE;
  const found = cluster ? await inspectProfile(outside, minikube, profile) : undefined;
  if (found) requireMadeByLab(state, found);

  const calls = stacks.map((stack): PulumiCall => ({ pulumi, project: paths.project, env, stack }));
  const ending = await endingAmong(calls, only);
  if (ending.length === 0) console.log("nothing to destroy: none of the stacks is up");
  const deleteCluster = () => deleteProfile(context, minikube, profile, state);
  const deleteFirst = cluster && !found?.running;
  // What is up in a profile that does not run cannot be destroyed, and goes with it.
  if (deleteFirst) await deleteCluster();
  const ways = verbose ? { ...byPulumi, destroy: (call: PulumiCall) => runPulumi(call, DESTROY) } : byPulumi;
  const endOne = async (call: PulumiCall) => {
    await using _reserved = await reserveStacks(paths.state, [call.stack], "bin/lab down");
    await endStack({ outside, minikube }, call, ways);
  };
  await endAll(ending, verbose ? 1 : LANES, (call) =>
    report.during(`destroying ${call.stack}`, ELSEWHERE_SECONDS, () => endOne(call)),
  );
  if (cluster && !deleteFirst) await deleteCluster();
  // Only now: settings that contradict what runs would be refused by everything but a destroy.
  if (reset) for (const stack of stacks) await resetSettings(paths.project, stack);
  return 0;
}

async function resetSettings(project: string, stack: string): Promise<void> {
  const keys = await resetStackFile(project, stack);
  if (keys.length > 0)
    console.log(`Pulumi.${stack}.yaml has no settings any more (it had ${keys.map(ownKey).join(", ")})`);
}

/**
 * The stacks among some that are up, in a minikube profile if one is given; without one also those of which nothing is left but
 * what a killed Pulumi was creating.
 */
async function endingAmong(calls: readonly PulumiCall[], profile: string | undefined): Promise<readonly PulumiCall[]> {
  const [first] = calls;
  if (!first) return [];
  const known = await stacksWithResources(first);
  const ends = await sideBySide(calls, LANES, async (call) => {
    const place = known.has(call.stack) ? await stackPlace(call) : undefined;
    if (!place) return profile === undefined && (await mayHavePending(call));
    return profile === undefined || (place.profile ?? place.context) === profile;
  });
  return calls.filter((_call, index) => ends[index]);
}

/**
 * Makes sure that the lab made a profile: any other one may hold what somebody needs.
 * @throws {UserError} that says how to go without, or to delete it all the same.
 */
export function requireMadeByLab(state: MachineState, profile: Pick<Profile, "name" | "looksLabMade">): void {
  if (isMadeByLab(state, profile)) return;
  const { name } = profile;
  throw new UserError(
    `--cluster: got minikube profile ${name}, allowed: one that bin/lab made` +
      `${state.madeByLab?.length ? ` (${state.madeByLab.join(", ")})` : ""}. Nothing was destroyed or deleted. ` +
      `Without --cluster bin/lab down destroys the stacks and leaves the profile; to delete it by hand: minikube delete -p ${name}`,
  );
}

const deleteProfile = (
  { outside, paths, report }: CommandContext,
  minikube: string,
  profile: string,
  state: MachineState,
): Promise<void> =>
  report.during(`deleting minikube profile ${profile}`, 10, async () => {
    const result = await outside.run(minikube, ["delete", "-p", profile]);
    if (result.exitCode !== 0) throw new UserError(`minikube delete failed: ${result.stderr.trim()}`);
    // A profile that somebody makes under this name is not the lab's.
    if (!state.madeByLab?.includes(profile)) return;
    await saveMachineState(paths, { ...state, madeByLab: state.madeByLab.filter((name) => name !== profile) });
  });

/** Ends stacks side by side; one that fails keeps none of the others from going, but is told of at the end. */
async function endAll(
  calls: readonly PulumiCall[],
  lanes: number,
  endOne: (call: PulumiCall) => Promise<void>,
): Promise<void> {
  const failures: Error[] = [];
  await sideBySide(calls, lanes, (call) =>
    endOne(call).catch((error: Error) => {
      if (wasInterrupted()) throw error;
      failures.push(error);
    }),
  );
  const failure = together(failures);
  if (failure) throw failure;
}

/** Several failures as one, with a line or more for each; a single one as it is. */
export function together(failures: readonly Error[]): Error | undefined {
  if (failures.length <= 1) return failures[0];
  return new UserError(failures.map(({ message }) => message).join("\n"), { cause: failures });
}

async function toolPath({ outside, paths, report }: CommandContext, name: "pulumi" | "minikube"): Promise<string> {
  const tool = await inspectTool({ outside, paths, builder: goBuilder(outside, paths, report) }, name);
  if (tool.way === "missing")
    throw new UserError(`${name} is missing, so nothing of this lab can be up. To bring it: bin/lab up pod`);
  return tool.way === "installed" ? tool.path : join(paths.bin, name);
}

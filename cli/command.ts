import { NODE_PORTS } from "../common/lab-node-ports.ts";
import type { WantedProfile } from "../setup/cluster/cluster.ts";
import { withHostDocker } from "../setup/cluster/host-docker.ts";
import { type Durations, machineDurations } from "../setup/machine/durations.ts";
import { type Outside, realOutside } from "../setup/machine/outside.ts";
import { type Paths, resolvePaths } from "../setup/machine/paths.ts";
import type { Report } from "../setup/machine/progress.ts";
import { type PreparedMachine, prepareMachine } from "../setup/prepare.ts";
import { progressReport } from "./progress.ts";
import { withState } from "./state-place.ts";

/** What every command works with. */
export interface CommandContext {
  readonly outside: Outside;
  readonly paths: Paths;
  readonly report: Report;
  /** How long pieces of work take on this machine. */
  readonly durations: Durations;
}

/** The real one; a tool that set-up fetched is found like an installed one only through set-up itself. */
export function commandContext(): CommandContext {
  const paths = resolvePaths();
  const durations = machineDurations(paths);
  return { outside: realOutside(withHostDocker(process.env)), paths, report: progressReport(durations), durations };
}

/** The same for a command that works with stacks: the state of an earlier version moves to its place first. */
export async function stackContext(): Promise<CommandContext> {
  const context = commandContext();
  return { ...context, paths: await withState(context.paths, context.report.note) };
}

/** Brings the machine to where every experiment can run; a minikube profile that is made then publishes the stacks' NodePorts. */
export const prepareLab = (
  { outside, paths, report }: CommandContext,
  profile: WantedProfile,
): Promise<PreparedMachine> => prepareMachine(outside, paths, profile, report, NODE_PORTS);

import type { ChangeResult } from "../../observer/run/watched-change.ts";
import { OUTCOMES } from "../../observer/verdicts/outcome.ts";

/** Exit code where nothing was refuted, but the user's command failed. */
export const COMMAND_FAILED = 64;

/** The exit code of a watch: refuted comes before a failed command, and that before what is inconclusive. */
export function watchExitCode(verdicts: number, { commandFailed }: Pick<ChangeResult, "commandFailed">): number {
  if (verdicts === OUTCOMES.refuted.exitCode) return verdicts;
  return commandFailed === undefined ? verdicts : COMMAND_FAILED;
}

import type { Recording } from "../rollout/events.ts";
import { decide } from "../rollout/hypotheses.ts";
import type { Verdict } from "../rollout/verdict.ts";

/** Exit codes of a conclusion: all held, one refuted, or not all could be decided. */
export const conclusionCodes = { held: 0, refuted: 1, undecided: 2 } as const;

/** The exit code that verdicts give. */
export function exitCodeOf(verdicts: readonly Verdict[]): number {
  if (verdicts.some(({ outcome }) => outcome === "refuted")) return conclusionCodes.refuted;
  return verdicts.every(({ outcome }) => outcome === "held") ? conclusionCodes.held : conclusionCodes.undecided;
}

/** Decides a recording, writes its report into the folder, prints a summary and returns the exit code. */
export async function conclude(_folder: string, recording: Recording): Promise<number> {
  const verdicts = decide(recording);
  for (const { outcome, claim, sentence } of verdicts)
    console.log(`${outcome.padEnd(12)} ${claim}\n             ${sentence}`);
  return exitCodeOf(verdicts);
}

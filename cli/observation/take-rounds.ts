import { type ComparedRun, nameOf, type Place, type Rollout } from "../../observer/comparison/compared-run.ts";
import { MEASURES } from "../../observer/comparison/measures.ts";
import { MOST_ATTEMPTS, nextRun, type RoundsWanted, roundsOf } from "../../observer/comparison/run-order.ts";
import { roughDuration } from "../progress.ts";

/** What rounds need from outside. */
export type RoundsEffects = {
  /** Makes one rollout of a strategy; the folder of its recording, or undefined where the user interrupted it. */
  readonly observe: (strategy: string) => Promise<string | undefined>;
  /** What the recording in a folder says. */
  readonly read: (folder: string) => Promise<Rollout>;
  /** Writes down which runs are done. */
  readonly keep: (runs: readonly ComparedRun[], isComplete: boolean) => Promise<void>;
  /** How many seconds a run of a strategy usually takes on this machine. */
  readonly usualSeconds: (strategy: string) => Promise<number>;
  readonly took: (strategy: string, seconds: number) => Promise<void>;
  readonly isInterrupted: () => boolean;
  readonly nowMs: () => number;
  readonly note: (line: string) => void;
};

/**
 * Makes the runs of a comparison that are not done yet, and writes each down as soon as it is over. Returns all runs; they are not
 * complete where the user interrupted one.
 */
export async function takeRounds(
  wanted: RoundsWanted,
  done: readonly ComparedRun[],
  effects: RoundsEffects,
): Promise<{ readonly runs: readonly ComparedRun[]; readonly isComplete: boolean }> {
  const rounds = roundsOf(wanted);
  let runs = done;
  for (let next = nextRun(rounds, runs); next; next = nextRun(rounds, runs)) {
    const { place, attempt, later } = next;
    const number = rounds.flat().length - later.length;
    effects.note(
      `\nround ${place.round} of ${wanted.repeat}, run ${number} of ${rounds.flat().length}: ${nameOf(place)}` +
        `${attempt > 1 ? " once more" : ""} (${await timeWords(place, later, effects)})`,
    );
    const startMs = effects.nowMs();
    const folder = await effects.observe(place.strategy);
    if (folder === undefined) return { runs, isComplete: false };
    await effects.took(place.strategy, (effects.nowMs() - startMs) / 1000);
    const run: ComparedRun = { ...place, folder, ...(await effects.read(folder)) };
    runs = [...runs, run];
    effects.note(runWords(run, attempt));
    const isComplete = nextRun(rounds, runs) === undefined;
    await effects.keep(runs, isComplete);
    if (effects.isInterrupted()) return { runs, isComplete };
  }
  return { runs, isComplete: true };
}

/** `usually 1 min 50 s; all that is left about 9 min 10 s`. */
async function timeWords(place: Place, later: readonly Place[], { usualSeconds }: RoundsEffects): Promise<string> {
  const usual = await usualSeconds(place.strategy);
  const rest = await Promise.all(later.map(({ strategy }) => usualSeconds(strategy)));
  const whole = usual + rest.reduce((sum, one) => sum + one, 0);
  const text = (seconds: number) => roughDuration(seconds * 1000);
  return `usually ${text(usual)}${later.length > 0 ? `; all that is left about ${text(whole)}` : ""}`;
}

/** A run in one line. */
function runWords(run: ComparedRun, attempt: number): string {
  const { change, failed, leftOut, folder } = run;
  if (leftOut !== undefined) {
    const then = attempt < MOST_ATTEMPTS ? "it is repeated at the end of the round" : "it is left out";
    return `${nameOf(run)}: ${[failed, leftOut].filter(Boolean).join("; ")}, so ${then}; see ${folder}`;
  }
  if (failed !== undefined) return `${nameOf(run)}: ${failed}; that counts, and is not repeated; see ${folder}`;
  const figures = MEASURES.map((measure) => `${measure.heading} ${(change && measure.cell(change)) ?? "-"}`);
  return `${nameOf(run)}: ${figures.join(", ")}`;
}

import type { ComparedChange } from "../../../observer/comparison/change.ts";
import type { ComparedRun } from "../../../observer/comparison/compared-run.ts";
import { type Comparison, comparisonOf } from "../../../observer/comparison/comparison.ts";
import type { Sample } from "../../../observer/comparison/differences.ts";

/** A change of release with figures that a test does not care for. */
export const changed = (facts: Partial<ComparedChange> = {}): ComparedChange => ({
  experiment: "rolling",
  durationMs: 38_000,
  extraPodSeconds: 12,
  fewestReady: 4,
  mixedMs: 9_000,
  failed: 0,
  requests: 4_000,
  newP50Ms: 3,
  p99Ms: 20,
  ...facts,
});

/** One rollout for each value, with what the value makes of it. */
export const sampleOf = <Value>(
  strategy: string,
  values: readonly Value[],
  facts: (value: Value) => Partial<ComparedChange>,
): Sample => ({
  strategy,
  changes: values.map((value) => changed({ experiment: strategy, ...facts(value) })),
  failures: 0,
});

/** A run of the first round, unless it is told otherwise. */
export const runOf = (strategy: string, facts: Partial<ComparedRun> = {}): ComparedRun => ({
  round: 1,
  strategy,
  isControl: false,
  folder: `reports/${strategy}/1`,
  change: changed({ experiment: strategy }),
  ...facts,
});

/** A comparison of one round, with a run for each change. */
export const oneRound = (changes: readonly ComparedChange[]): Comparison =>
  comparisonOf(
    { strategies: changes.map(({ experiment }) => experiment), repeat: 1, seed: 1 },
    changes.map((change) => runOf(change.experiment, { change })),
  );

/** A comparison with as many rounds as each sample has rollouts. The first sample is the control as well. */
export function rounds(samples: readonly Sample[], control = samples[0]): Comparison {
  const all = [...samples, ...(control ? [{ ...control, strategy: samples[0]?.strategy ?? "", again: true }] : [])];
  const runs = all.flatMap((sample) =>
    sample.changes.map((change, index) =>
      runOf(sample.strategy, { change, round: index + 1, isControl: "again" in sample }),
    ),
  );
  const repeat = Math.max(...samples.map(({ changes }) => changes.length));
  return comparisonOf({ strategies: samples.map(({ strategy }) => strategy), repeat, seed: 5 }, runs);
}

import type { MedianInterval } from "../median-interval.ts";
import { count, list } from "../words.ts";
import { cheapestSentence } from "./cheapest.ts";
import { type ComparedRun, nameOf } from "./compared-run.ts";
import {
  confidenceOf,
  type Difference,
  differencesOf,
  intervalOf,
  leastRounds,
  noiseOf,
  type Sample,
} from "./differences.ts";
import { JUDGED, type JudgedMeasure, MEASURES, type Measure } from "./measures.ts";
import type { RoundsWanted } from "./run-order.ts";

/** A comparison of strategies, summed up. */
export type Comparison = RoundsWanted & {
  /** In the order in which they ran, those that are left out included. */
  readonly runs: readonly ComparedRun[];
  /** The rollouts that count: a sample for each strategy, and the control's last, where there is one. */
  readonly samples: readonly Sample[];
  /** The confidence (0..1) of every interval. */
  readonly confidence: number;
  readonly differences: readonly Difference[];
  /** What the comparison says, a sentence each, the most important first. */
  readonly sentences: readonly string[];
};

/** Sums up the runs of a comparison, which need not be all of it. */
export function comparisonOf(wanted: RoundsWanted, runs: readonly ComparedRun[]): Comparison {
  const { strategies, repeat, seed } = wanted;
  const sampleOf = (strategy: string, isControl: boolean): Sample => {
    const own = runs.filter((run) => run.strategy === strategy && run.isControl === isControl);
    const changes = own.flatMap(({ change, leftOut }) => (change && leftOut === undefined ? [change] : []));
    // A rollout of the control that fails is one of its strategy.
    const failures = failuresOf(runs, strategy).filter((run) => run.isControl || !isControl).length;
    return { strategy: nameOf({ strategy, isControl }), changes, failures };
  };
  const compared = strategies.map((strategy) => sampleOf(strategy, false));
  const [first] = compared;
  const again = repeat > 1 && first ? sampleOf(first.strategy, true) : undefined;
  const control = first && again ? ([first, again] as const) : undefined;
  const noise = control ? JUDGED.map((measure) => ({ measure, by: noiseOf(measure, control, strategies.length) })) : [];
  const untellable = control && whyNothingIsTold(compared, control, noise);
  const differences = control && untellable === undefined ? differencesOf(compared, control) : [];
  return {
    strategies,
    repeat,
    seed,
    runs,
    samples: [...compared, ...(again ? [again] : [])],
    confidence: confidenceOf(strategies.length),
    differences,
    sentences: [
      ...failureSentences(strategies, runs),
      ...(control ? [] : [ONE_RUN(strategies.length)]),
      ...(control && untellable === undefined
        ? [...toldOf(compared, differences), ...noiseSentences(control, noise)]
        : []),
      ...(untellable === undefined ? [] : [untellable]),
      ...leftOutSentences(runs),
    ],
  };
}

/** The median of a measure over a sample, with its interval; undefined where the measure was never taken. */
export const medianOf = (
  { strategies }: Pick<Comparison, "strategies">,
  measure: Pick<Measure, "value">,
  sample: Sample,
): MedianInterval | undefined => intervalOf(measure, sample, strategies.length);

const ONE_RUN = (strategies: number): string =>
  "One run of each strategy says little: two runs of one strategy may differ as much. Neither a difference nor the cheapest " +
  `strategy is told from it; --repeat ${leastRounds(strategies)} is the least that tells one.`;

/** How far two series of the control's strategy differ by a measure, see `noiseOf`. */
type Noise = { readonly measure: JudgedMeasure; readonly by: number | undefined };

/** Why nothing at all can be told from several rounds; undefined where something can. */
function whyNothingIsTold(
  compared: readonly Sample[],
  control: readonly [Sample, Sample],
  noise: readonly Noise[],
): string | undefined {
  const least = leastRounds(compared.length);
  // A strategy of which rollouts failed keeps nobody from telling the others apart.
  const few = compared.filter(({ changes, failures }) => changes.length < least && failures === 0);
  if (few.length > 0) {
    const have = list(few.map(({ strategy, changes }) => `${strategy} has ${changes.length}`));
    return `Too few runs count to tell ${count(compared.length, "strategy", "strategies")} apart by more than chance: it takes ${least} of each, and ${have}.`;
  }
  if (noise.some(({ by }) => by !== undefined)) return undefined;
  const have = list(control.map(({ strategy, changes }) => `${strategy} has ${changes.length}`));
  return (
    `The control has too few runs to tell how far two series of one strategy differ: it takes ${least} of each, and ${have}. ` +
    "So neither a difference nor the cheapest strategy is told."
  );
}

/** What several rounds tell: the cheapest strategy, and each difference. */
function toldOf(compared: readonly Sample[], differences: readonly Difference[]): readonly string[] {
  const untold = JUDGED.filter(({ heading }) => !differences.some(({ measure }) => measure.heading === heading));
  return [
    cheapestSentence(compared, differences),
    ...differences.map(differenceSentence),
    ...(untold.length > 0 ? [`No difference is told by ${list(untold.map(({ heading }) => heading))}.`] : []),
  ];
}

/** The runs of a strategy that count and failed, the control's included. */
const failuresOf = (runs: readonly ComparedRun[], strategy: string): readonly ComparedRun[] =>
  runs.filter((run) => run.strategy === strategy && run.failed !== undefined && run.leftOut === undefined);

/** A sentence for each strategy of which a rollout failed. */
const failureSentences = (strategies: readonly string[], runs: readonly ComparedRun[]): readonly string[] =>
  strategies.flatMap((strategy) => {
    const failures = failuresOf(runs, strategy);
    if (failures.length === 0) return [];
    const made = runs.filter((run) => run.strategy === strategy && run.leftOut === undefined).length;
    const which = failures.map(({ round, failed }) => `in round ${round} ${failed}`).join("; ");
    return [
      `${failures.length} of ${count(made, "rollout")} of ${strategy} failed (${which}): ${strategy} is told to be better than no other strategy, and is never the cheapest.`,
    ];
  });

function differenceSentence({ measure, better, worse, intervals }: Difference): string {
  const side = (interval: MedianInterval) => `${measure.text(interval.median)} (${intervalText(measure, interval)})`;
  return `${better} ${measure.judged.told} ${worse}: ${side(intervals.better)} against ${side(intervals.worse)}.`;
}

/** `36.1 s to 40.2 s`. */
export const intervalText = ({ text }: Pick<Measure, "text">, { least, most }: MedianInterval): string =>
  `${text(least)} to ${text(most)}`;

/** How far two series of the same strategy differ: differences below that are noise. */
function noiseSentences([{ strategy }]: readonly [Sample, Sample], noise: readonly Noise[]): readonly string[] {
  const floors = noise.flatMap(({ measure, by }) =>
    by !== undefined && Number.isFinite(by) ? [floorText(measure, by)] : [],
  );
  const headings = (is: (by: Noise["by"]) => boolean) =>
    noise.filter(({ by }) => is(by)).map(({ measure }) => measure.heading);
  const parted = headings((by) => by === Number.POSITIVE_INFINITY);
  const unknown = headings((by) => by === undefined);
  return [
    ...(floors.length > 0
      ? [`Noise floor: two series of ${strategy} differ by ${list(floors)}; no smaller difference is told.`]
      : []),
    ...(parted.length > 0
      ? [`Two series of ${strategy} part from each other by ${list(parted)}: no difference is told by it.`]
      : []),
    ...(unknown.length > 0
      ? [`The control has too few runs with a value of ${list(unknown)}: no difference is told by it.`]
      : []),
  ];
}

const floorText = ({ heading, text }: JudgedMeasure, by: number): string => `${text(by)} (${heading})`;

/** A sentence for each run whose figures do not count. */
const leftOutSentences = (runs: readonly ComparedRun[]): readonly string[] =>
  runs.flatMap((run) => {
    if (run.leftOut === undefined) return [];
    const later = runs.slice(runs.indexOf(run) + 1);
    const isRepeated = later.some((one) => one.round === run.round && nameOf(one) === nameOf(run));
    return [
      `Left out${isRepeated ? " and repeated" : ""}: ${nameOf(run)} in round ${run.round}, because ${run.leftOut}.`,
    ];
  });

/** The comparison as data, for compare.json. */
export function comparisonData(comparison: Comparison): object {
  const { strategies, repeat, seed, confidence, runs, samples, differences, sentences } = comparison;
  return {
    format: 1,
    ...{ strategies, repeat, seed, confidence, sentences },
    differences: differences.map(({ measure, better, worse }) => ({ measure: measure.heading, better, worse })),
    medians: samples.flatMap((sample) =>
      MEASURES.map((measure) => ({
        strategy: sample.strategy,
        measure: measure.heading,
        unit: measure.unit,
        runs: sample.changes.length,
        ...medianOf(comparison, measure, sample),
      })),
    ),
    runs,
  };
}

import type { RolloutPlan } from "../../plan/plan.ts";
import type { Seen } from "./seen.ts";

type Counts = Readonly<Record<string, number>>;

export const FIELDS = [
  "pods at most",
  "ready at least",
  "pods created",
  "pods after",
  "which pods go",
  "duration",
] as const;
export type Field = (typeof FIELDS)[number];

/** One field of a plan held against what was seen; `tight` is absent where the plan gives a range or nothing was to be reached. */
export type Point = {
  readonly field: Field;
  readonly planned: unknown;
  readonly seen: unknown;
  readonly outside: boolean;
  readonly tight?: boolean;
};

/** How far a duration may miss its range on an idle machine. */
const TOLERATED_MS = 2_000;
/** A wave of pods is a few steps of the controllers, each of which may be late. */
const STEPS_A_WAVE = 3;

/**
 * Holds every field of a plan against what was seen. `minReadyMs` is part of the plan's duration; `lateMs` is how late the controllers were.
 *
 * The plan names a race where it says how many of its pods are `beyond` replicas + surge (kubernetes#95498). Its bound counts as
 * reached when all others were there, because nothing makes the race happen.
 *
 * A set that shrinks tells its pods to stop a moment after another one was asked to grow. Until then those count among the plan's peak,
 * as pods that stop, and no longer among its pods.
 */
export function compare(plan: RolloutPlan, seen: Seen, minReadyMs: number, lateMs: number): readonly Point[] {
  const { maxPods, peak, minReady, created, replaced, surviving, undecided, podsAfter, durationMs, otherwise } = plan;
  const sameAfter = isBetween(seen.podsAfter, podsAfter, otherwise?.podsAfter ?? podsAfter);
  const chosen = seen.gone.filter((name) => undecided.among.includes(name));
  const asDecided =
    replaced.every((name) => seen.gone.includes(name)) &&
    surviving.every((name) => seen.stayed.includes(name)) &&
    isWithin(chosen.length, undecided.goes, otherwise?.goes ?? undecided.goes);
  const tookMs = seen.lastChangeMs + (Object.keys(podsAfter).length > 0 ? minReadyMs : 0);
  const lateOverallMs = TOLERATED_MS + lateMs * STEPS_A_WAVE * (plan.waves + 1);
  const isTimed = plan.stops === undefined && created > 0 && !plan.stall;
  return [
    point(
      "pods at most",
      maxPods,
      seen.mostPods,
      seen.mostAsked > maxPods || seen.mostPods > Math.max(maxPods, peak.pods),
      seen.mostPods >= maxPods - (plan.beyond ?? 0),
    ),
    point("ready at least", minReady, seen.fewestReady, seen.fewestReady < minReady, seen.fewestReady === minReady),
    point("pods created", created, seen.created, seen.created > created, seen.created === created),
    point("pods after", { podsAfter, otherwise: otherwise?.podsAfter }, seen.podsAfter, !sameAfter, sameAfter),
    point("which pods go", { replaced, surviving, undecided, otherwise: otherwise?.goes }, seen.gone, !asDecided, asDecided),
    ...(isTimed
      ? [
          point(
            "duration",
            durationMs,
            tookMs,
            tookMs < durationMs.least - TOLERATED_MS || tookMs > durationMs.most + lateOverallMs,
          ),
        ]
      : []),
  ];
}

const point = (field: Field, planned: unknown, seen: unknown, outside: boolean, tight?: boolean): Point => ({
  field,
  planned,
  seen,
  outside,
  ...(tight !== undefined && { tight }),
});

/** Whether a number is one of two, or between them. */
const isWithin = (number: number, one: number, other: number): boolean =>
  number >= Math.min(one, other) && number <= Math.max(one, other);

/** Whether there are as many pods of each release as one outcome or the other says, or something between the two. */
const isBetween = (seen: Counts, one: Counts, other: Counts): boolean =>
  [seen, one, other].flatMap(Object.keys).every((key) => isWithin(seen[key] ?? 0, one[key] ?? 0, other[key] ?? 0));

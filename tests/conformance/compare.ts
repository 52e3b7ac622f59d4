import type { RolloutPlan } from "../../plan/plan.ts";
import type { Seen } from "./seen.ts";

/** Between the releases of pods among which Kubernetes chooses. */
const OR = " or ";

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
 * The plan names a race where it says how many of its pods are `beyond` replicas + surge (kubernetes#95498), or how many Ready ones it
 * may lose `below` what the controller counts on. Its bound counts as reached without those, because nothing makes the race happen.
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
    isAmong(chosen.length, undecided, otherwise?.goes ?? undecided.goes);
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
    point(
      "ready at least",
      minReady,
      seen.fewestReady,
      seen.fewestReady < minReady,
      seen.fewestReady <= minReady + (plan.below ?? 0),
    ),
    point("pods created", created, seen.created, seen.created > created, seen.created === created),
    point("pods after", { podsAfter, otherwise: otherwise?.podsAfter }, seen.podsAfter, !sameAfter, sameAfter),
    point(
      "which pods go",
      { replaced, surviving, undecided, otherwise: otherwise?.goes },
      seen.gone,
      !asDecided,
      asDecided,
    ),
    ...(isTimed
      ? [
          point(
            "duration",
            durationMs,
            tookMs,
            // A beginning that is seen late, before an end that is not, looks shorter.
            tookMs < durationMs.least - TOLERATED_MS - lateMs || tookMs > durationMs.most + lateOverallMs,
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

/** Whether as many pods went as one outcome or the other says, or up to `more`. */
const isAmong = (number: number, { goes, more = 0 }: RolloutPlan["undecided"], other: number): boolean =>
  number >= Math.min(goes, other) && number <= Math.max(goes, other) + more;

/** Whether a number is one of two, or between them. */
const isWithin = (number: number, one: number, other: number): boolean =>
  number >= Math.min(one, other) && number <= Math.max(one, other);

/**
 * Whether there are as many pods of each release as one outcome or the other says, or something between the two. A plan names pods
 * among which Kubernetes chooses by all their releases, `v1 or v2`, and pods of a revision that nobody knows `unnamed`; so for them the
 * sum is held.
 */
function isBetween(seen: Counts, one: Counts, other: Counts): boolean {
  const all = [seen, one, other].map((counts) => Object.entries(counts));
  const keysOf = all.flat().map(([key]) => key);
  const joined = new Set(
    keysOf.includes("unnamed") ? keysOf : keysOf.filter((key) => key.includes(OR)).flatMap((key) => key.split(OR)),
  );
  const merged = all.map((entries) => {
    const sums: Record<string, number> = {};
    for (const [key, pods] of entries) {
      const name = key.split(OR).some((release) => joined.has(release)) ? OR : key;
      sums[name] = (sums[name] ?? 0) + pods;
    }
    return sums;
  });
  const keys = merged.flatMap(Object.keys);
  return keys.every((key) => isWithin(merged[0]?.[key] ?? 0, merged[1]?.[key] ?? 0, merged[2]?.[key] ?? 0));
}

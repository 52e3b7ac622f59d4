import { isDeepStrictEqual } from "node:util";
import type { RolloutPlan } from "../../plan/plan.ts";
import type { Seen } from "./seen.ts";

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
 */
export function compare(plan: RolloutPlan, seen: Seen, minReadyMs: number, lateMs: number): readonly Point[] {
  const { maxPods, minReady, created, replaced, surviving, undecided, podsAfter, durationMs } = plan;
  const sameAfter = isDeepStrictEqual(sorted(seen.podsAfter), sorted(podsAfter));
  const chosen = seen.gone.filter((name) => undecided.among.includes(name));
  const asDecided =
    replaced.every((name) => seen.gone.includes(name)) &&
    surviving.every((name) => seen.stayed.includes(name)) &&
    chosen.length === undecided.goes;
  const tookMs = seen.lastChangeMs + (Object.keys(podsAfter).length > 0 ? minReadyMs : 0);
  const lateOverallMs = TOLERATED_MS + lateMs * STEPS_A_WAVE * (plan.waves + 1);
  const isTimed = plan.stops === undefined && created > 0 && !plan.stall;
  return [
    point(
      "pods at most",
      maxPods,
      seen.mostPods,
      seen.mostPods > maxPods,
      seen.mostPods >= maxPods - (plan.beyond ?? 0),
    ),
    point("ready at least", minReady, seen.fewestReady, seen.fewestReady < minReady, seen.fewestReady === minReady),
    point("pods created", created, seen.created, seen.created > created, seen.created === created),
    point("pods after", podsAfter, seen.podsAfter, !sameAfter, sameAfter),
    point("which pods go", { replaced, surviving, undecided }, seen.gone, !asDecided, asDecided),
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

const sorted = (counts: Readonly<Record<string, number>>) => Object.entries(counts).sort();

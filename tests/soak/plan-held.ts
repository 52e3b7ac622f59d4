import { isDeepStrictEqual } from "node:util";
import type { RolloutPlan } from "../../plan/plan.ts";
import type { Tallied as Seen } from "../support/pod-tally.ts";

/** How far a duration may miss its range, because a controller and a watch are late on a busy machine. */
const TOLERATED_MS = 2_000;

/** The points in which a plan was wrong; empty if it was right. `minReadyMs` is part of the plan's duration. */
export function outside(plan: RolloutPlan, seen: Seen, minReadyMs: number): readonly string[] {
  const { maxPods, minReady, created, replaced, surviving, undecided, podsAfter, durationMs } = plan;
  const points: string[] = [];
  const say = (isWithin: boolean, what: string, planned: unknown, was: unknown) => {
    if (!isWithin) points.push(`${what}: planned ${JSON.stringify(planned)}, seen ${JSON.stringify(was)}`);
  };
  say(seen.mostPods <= maxPods, "pods at most", maxPods, seen.mostPods);
  say(seen.fewestReady >= minReady, "ready at least", minReady, seen.fewestReady);
  say(plan.outage || plan.readyBefore === 0 || seen.fewestReady > 0, "outage", plan.outage, true);
  say(seen.created <= created, "created", created, seen.created);
  say(isDeepStrictEqual(sorted(seen.podsAfter), sorted(podsAfter)), "pods after", podsAfter, seen.podsAfter);
  const chosen = seen.gone.filter((name) => undecided.among.includes(name));
  say(
    replaced.every((name) => seen.gone.includes(name)),
    "replaced",
    replaced,
    seen.gone,
  );
  say(
    surviving.every((name) => seen.stayed.includes(name)),
    "surviving",
    surviving,
    seen.stayed,
  );
  say(chosen.length === undecided.goes, `of ${undecided.among.length} go`, undecided.goes, chosen);
  if (plan.stops === undefined && created > 0) {
    const tookMs = Math.round(seen.lastChangeMs) + (Object.keys(podsAfter).length > 0 ? minReadyMs : 0);
    const isWithin = tookMs >= durationMs.least - TOLERATED_MS && tookMs <= durationMs.most + TOLERATED_MS;
    say(isWithin, "duration in ms", durationMs, tookMs);
  }
  return points;
}

const sorted = (counts: Readonly<Record<string, number>>) => Object.entries(counts).sort();

import type { Event } from "../../events.ts";
import { unsettled } from "../../settling.ts";
import { duration, list } from "../../words.ts";
import { ended } from "../evidence.ts";
import { held, inconclusive, refutedAtEnd } from "../finding.ts";
import { defineKind, STEP, stepOf } from "../kind.ts";

/** More reasons than this say no more to a reader. */
const MOST_REASONS = 4;

/**
 * When the step's operation is over, the workloads have settled: all wanted pods are new and available, and no other is left.
 * Where nobody changed anything, no rollout was there to complete.
 */
export const rolloutCompletes = defineKind({
  parameters: { step: STEP },
  sources: ["pods", "owners"],
  role: "question",
  decide: ({ step }, scene) => {
    const span = stepOf(scene, step);
    const { events } = scene.recording;
    const before = sightsAt(events, span.fromMs);
    const after = sightsAt(events, span.operationUntilMs);
    const reasons = unsettled({
      owners: after.filter((event) => event.type === "owner"),
      pods: after.filter((event) => event.type === "pod"),
    });
    const evidence = [span.startedId, ...ended(span)];
    const took = duration(span.operationUntilMs - span.fromMs);
    if (reasons.length > 0) {
      const why = list([...new Set(reasons)], MOST_REASONS);
      return refutedAtEnd(`not over after ${took}: ${why}`, [...after.map(({ id }) => id), ...evidence]);
    }
    if (specsOf(before) === specsOf(after)) return inconclusive("nothing changed", evidence);
    return held(`over after ${took}`, evidence);
  },
});

type Sight = Extract<Event, { type: "owner" | "pod" }>;

/** The last event, up to an instant, of each workload and pod that was there then. */
function sightsAt(events: readonly Event[], untilMs: number): readonly Sight[] {
  const latest = new Map<string, Sight>();
  for (const event of events) {
    if ((event.type !== "owner" && event.type !== "pod") || event.atMs > untilMs) continue;
    if (event.change === "deleted") latest.delete(event.uid);
    else latest.set(event.uid, event);
  }
  return [...latest.values()];
}

/** What differs after a change: which pods and owners there are, and what is wanted of them. */
const specsOf = (sights: readonly Sight[]): string =>
  sights
    .map((event) => `${event.uid} ${event.type === "owner" ? event.generation : (event.deletionAtMs ?? "")}`)
    .toSorted()
    .join();

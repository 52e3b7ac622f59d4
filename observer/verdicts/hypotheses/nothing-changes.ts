import { presentAt } from "../../course/queries.ts";
import { isWithin } from "../../course/span.ts";
import type { Event } from "../../events.ts";
import { all, count, list } from "../../words.ts";
import { held, refuted } from "../finding.ts";
import { defineKind, STEP, stepOf } from "../kind.ts";

/** Operations of Pulumi's engine that do not change the cluster. */
const HARMLESS = new Set(["same", "read", "refresh"]);

/**
 * Nothing changes in the cluster during the step: no object is written, and no pod comes or goes. Changes of an object's status
 * do not count.
 */
export const nothingChanges = defineKind({
  parameters: { step: STEP },
  sources: ["pods", "owners"],
  role: "routine",
  decide: ({ step }, scene) => {
    const span = stepOf(scene, step);
    const { events } = scene.recording;
    const present = presentAt(scene.course, span.fromMs);
    const within = events.filter(({ atMs }) => isWithin(atMs, span));
    const written = within.filter(
      (event) => event.type === "engine" && event.operation !== undefined && !HARMLESS.has(event.operation),
    );
    const came = scene.course.pods.filter(({ fromMs, listed }) => !listed && isWithin(fromMs, span));
    const went = present.filter((pod) => !presentAt(scene.course, span.untilMs).includes(pod));
    const owners = ownersChanged(events, within);
    const changes = [
      ...(written.length > 0 ? [`Pulumi did ${list([...new Set(written.map(inWords))])}`] : []),
      ...(came.length > 0 ? [`${count(came.length, "pod")} came`] : []),
      ...(went.length > 0 ? [`${count(went.length, "pod")} went`] : []),
      ...(owners.length > 0
        ? [`${list([...new Set(owners.map(({ kind, name }) => `${kind} ${name}`))])} changed`]
        : []),
    ];
    if (changes.length > 0) {
      return refuted(list(changes), [
        ...written.map(({ id }) => id),
        ...came.map(({ firstEventId }) => firstEventId),
        ...went.flatMap(({ intervals }) => intervals.at(-1)?.eventIds.slice(0, 1) ?? []),
        ...owners.map(({ id }) => id),
      ]);
    }
    return held(
      `no object was written and ${present.length === 0 ? "no pod came" : `${all(present.length, "pod")} stayed`}`,
      [span.startedId, span.endedId].filter((id) => id !== undefined),
    );
  },
});

type OwnerEvent = Extract<Event, { type: "owner" }>;

/** The owners that came, went, or got a new generation. Only a change of an object's spec raises its generation. */
function ownersChanged(all: readonly Event[], within: readonly Event[]): OwnerEvent[] {
  const isOwner = (event: Event): event is OwnerEvent => event.type === "owner";
  return within.filter(isOwner).filter((event) => {
    if (event.change === "added" || event.change === "deleted") return true;
    const before = all.filter(isOwner).findLast(({ uid, id }) => uid === event.uid && id < event.id);
    return before !== undefined && before.generation !== event.generation;
  });
}

const inWords = (event: Event): string =>
  event.type === "engine" ? `${event.operation} ${event.resource ?? ""}`.trim() : "";

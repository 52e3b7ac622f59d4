import { podsOver, type StepSpan } from "../course/course.ts";
import { highest, type Levels, lowest, totalMs, within } from "../course/levels.ts";
import { overlapOf } from "../course/overlap.ts";
import { count, duration, figure } from "../words.ts";
import { failuresIn } from "./enough-load.ts";
import { excessOf } from "./excess-pods.ts";
import { held, neverSeen, refuted, undecided } from "./finding.ts";
import type { Interpreter } from "./interpreter.ts";
import { COUNT, STEP } from "./parameters.ts";
import { podsOf, podsWithin, releasesAround, type Scene, stepOf } from "./scene.ts";

/** At no instant fewer pods are Ready. */
export const readyAtLeast: Interpreter<"ready-at-least"> = {
  parameters: { step: STEP, pods: COUNT },
  sources: ["pods"],
  decide: ({ step, pods }, scene) => {
    const span = stepOf(scene, step);
    if (noPods(scene, span)) return undecided("no pod was seen", [span.startedId]);
    const ready = within(scene.course.counts.ready, span);
    const fewest = lowest(ready);
    const below = ready.filter(({ value }) => value < pods);
    if (!fewest || below.length === 0) {
      return held(`fewest ready ${figure(fewest?.value ?? 0)} of at least ${pods}`, fewest?.eventIds ?? []);
    }
    return refuted(
      `only ${count(fewest.value, "pod")} of at least ${pods} ${fewest.value === 1 ? "was" : "were"} Ready, for ${duration(totalMs(below))} fewer than ${pods}${failuresIn(scene, span)}`,
      below.flatMap(({ eventIds }) => eventIds),
    );
  },
};

/** At no instant there are more pods, those on their way out left out. */
export const podsAtMost: Interpreter<"pods-at-most"> = {
  parameters: { step: STEP, pods: COUNT },
  sources: ["pods"],
  decide: ({ step, pods }, scene) => {
    const span = stepOf(scene, step);
    if (noPods(scene, span)) return undecided("no pod was seen", [span.startedId]);
    const present = within(scene.course.counts.present, span);
    const { lasting, moments, most } = excessOf(present, pods);
    const leaving = highest(within(scene.course.counts.terminating, span))?.value ?? 0;
    const beside = `, beside up to ${figure(leaving)} terminating`;
    if (lasting.length === 0) {
      const evidence = moments.length > 0 ? moments.flatMap(({ eventIds }) => eventIds) : highest(present)?.eventIds;
      return held(`most pods ${figure(most.pods)} of at most ${pods}${most.moments}${beside}`, evidence ?? []);
    }
    const above = [...lasting, ...moments];
    return refuted(
      `there were ${count(most.pods, "pod")} of at most ${pods}, for ${duration(totalMs(above))} more than ${pods}${beside}`,
      above.flatMap(({ eventIds }) => eventIds),
    );
  },
};

/** At some instant so many old and so many new pods are Ready. */
export const allReadyTogether: Interpreter<"all-ready-together"> = {
  parameters: { step: STEP, old: COUNT, new: COUNT },
  sources: ["pods"],
  decide: ({ step, old, new: wanted }, scene) => {
    const span = stepOf(scene, step);
    const overlap = overlapOf(...readyOldAndNew(scene, span), { first: old, second: wanted });
    const fewest = lowest(within(scene.course.counts.ready, span))?.value ?? 0;
    if (overlap.totalMs > 0) {
      return held(
        `${old} old and ${wanted} new pods were Ready together for ${duration(overlap.totalMs)}; fewest ready ${figure(fewest)}${failuresIn(scene, span)}`,
        overlap.evidence,
      );
    }
    const { first, second } = overlap.nearest;
    return neverSeen(
      `${old} old and ${wanted} new pods were never Ready together; at best ${figure(first)} old and ${figure(second)} new`,
      overlap.evidence,
    );
  },
};

/** At no instant pods of both releases are Ready. */
export const neverBothReady: Interpreter<"never-both-ready"> = {
  parameters: { step: STEP },
  sources: ["pods"],
  decide: ({ step }, scene) => {
    const span = stepOf(scene, step);
    const [old, next] = readyOldAndNew(scene, span);
    const overlap = overlapOf(old, next, { first: 1, second: 1 });
    if (overlap.totalMs > 0) {
      return refuted(`old and new pods were Ready together for ${duration(overlap.totalMs)}`, overlap.evidence);
    }
    const lastOld = old.findLast(({ value }) => value > 0);
    const firstNew = next.find(({ value }) => value > 0);
    if (!lastOld || !firstNew)
      return undecided(`no ${lastOld ? "new" : "old"} pod was Ready in the step`, [span.startedId]);
    const after = old[old.indexOf(lastOld) + 1];
    return held(
      `the first new pod was Ready ${duration(firstNew.fromMs - lastOld.untilMs)} after the last old one${failuresIn(scene, span)}`,
      [...(after?.eventIds ?? lastOld.eventIds), ...firstNew.eventIds],
    );
  },
};

/** At some instant new pods start while old ones stop. */
export const startsWhileStopping: Interpreter<"starts-while-stopping"> = {
  parameters: { step: STEP },
  sources: ["pods"],
  decide: ({ step }, scene) => {
    const span = stepOf(scene, step);
    const { course } = scene;
    const around = releasesAround(course, span);
    const stopping = podsOver(podsOf(course, around.old), course.endMs, ({ state }) => state === "terminating");
    const starting = podsOver(
      podsOf(course, around.new),
      course.endMs,
      ({ state }) => state === "pending" || state === "starting",
    );
    const overlap = overlapOf(within(stopping, span), within(starting, span), { first: 1, second: 1 });
    if (overlap.totalMs > 0) {
      const { first, second } = overlap.nearest;
      return held(
        `for ${duration(overlap.totalMs)} new pods started while old ones stopped, at one instant ${figure(second)} and ${figure(first)}`,
        overlap.evidence,
      );
    }
    return neverSeen("no new pod started while an old one stopped", overlap.evidence);
  },
};

function readyOldAndNew({ course }: Scene, span: StepSpan): [Levels, Levels] {
  const around = releasesAround(course, span);
  const ready = (releases: readonly string[]) =>
    within(
      podsOver(podsOf(course, releases), course.endMs, ({ state }) => state === "ready"),
      span,
    );
  return [ready(around.old), ready(around.new)];
}

const noPods = ({ course }: Scene, span: StepSpan): boolean => podsWithin(course, span).length === 0;

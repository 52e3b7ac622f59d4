import { podsWithin } from "../../course/queries.ts";
import { isWithin } from "../../course/span.ts";
import { count, duration, howEnded, list } from "../../words.ts";
import { held, neverSeen } from "../finding.ts";
import { defineKind, STEP, stepOf } from "../kind.ts";

/** During the step a container exceeds its memory limit, is killed (OOMKilled), and is restarted in the same pod. */
export const oomKilled = defineKind({
  parameters: { step: STEP },
  sources: ["pods"],
  role: "question",
  aboutRestarts: true,
  meansRestarts: () => true,
  decide: ({ step }, scene) => {
    const span = stepOf(scene, step);
    const pods = podsWithin(scene.course, span);
    const restarts = pods.flatMap((pod) => pod.restarts.filter(({ atMs }) => isWithin(atMs, span)));
    const killed = restarts.filter(({ end }) => end?.oomKilled);
    if (killed.length > 0) {
      const times = count(killed.length, "time");
      const names = pods.filter((pod) => pod.restarts.some((one) => killed.includes(one))).map(({ name }) => name);
      return held(
        `killed for its memory (OOMKilled) and started again ${times} in ${list(names)}, first ${duration((killed[0]?.atMs ?? 0) - span.fromMs)} after the step began`,
        killed.flatMap(({ eventId, end }) => (end && end.eventId !== eventId ? [end.eventId, eventId] : [eventId])),
      );
    }
    const ends = pods.flatMap((pod) => pod.ends.filter(({ atMs }) => isWithin(atMs, span)));
    const waiting = ends.filter((end) => end.oomKilled);
    if (waiting.length > 0) {
      return neverSeen(
        `killed for its memory (OOMKilled), but not started again`,
        waiting.map(({ eventId }) => eventId),
      );
    }
    const other = ends.length > 0 ? `; it ended otherwise: ${list(ends.map(howEnded))}` : "";
    return neverSeen(`no container was killed for its memory${other}`, [
      span.startedId,
      ...ends.map(({ eventId }) => eventId),
    ]);
  },
});

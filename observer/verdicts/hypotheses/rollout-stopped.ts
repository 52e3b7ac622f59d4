import { answered, podsWithin, sentWithin } from "../../course/queries.ts";
import { isWithin } from "../../course/span.ts";
import { all, count, duration, figure } from "../../words.ts";
import { failuresIn, thinLoad } from "../enough-load.ts";
import { held, neverSeen, refuted } from "../finding.ts";
import { defineKind, MILLISECONDS, RELEASE, STEP, stepOf } from "../kind.ts";

/**
 * The step's update fails within `withinMs`, its message names a pod, and every answer during it comes from the release
 * `keeps`.
 */
export const rolloutStopped = defineKind({
  parameters: { step: STEP, withinMs: MILLISECONDS, keeps: RELEASE },
  sources: ["load", "pods"],
  role: "question",
  // Pods of the failing release may restart. Pods of the release that goes on answering may not.
  meansRestarts: ({ keeps }, { release }) => release !== keeps,
  meansFailure: true,
  decide: ({ step, withinMs, keeps }, scene) => {
    const span = stepOf(scene, step);
    const evidence = [span.startedId, span.endedId].filter((id) => id !== undefined);
    const operationMs = span.operationUntilMs - span.fromMs;
    const answers = answered(sentWithin(scene.course, span)).filter(({ release }) => release !== undefined);
    const others = answers.filter(({ release }) => release !== keeps);
    if (others.length > 0) {
      return refuted(
        `${figure(others.length)} of ${count(answers.length, "answer")} came from ${others[0]?.release} instead of ${keeps}`,
        others.map(({ id }) => id),
      );
    }
    if (span.outcome === "succeeded")
      return refuted(`the rollout was not stopped: it succeeded after ${duration(operationMs)}`, evidence);
    if (operationMs > withinMs) {
      return refuted(
        `it took ${duration(operationMs)} until the rollout ended, more than ${duration(withinMs)}`,
        evidence,
      );
    }
    // The step was interrupted, or the recording ends within it: the rollout may still fail.
    if (span.outcome !== "failed") return neverSeen("the rollout did not end by itself", evidence);
    const messages = scene.recording.events.filter(
      (event) => event.type === "engine" && event.message !== undefined && isWithin(event.atMs, span),
    );
    const said = [
      { id: span.endedId ?? span.startedId, message: span.message ?? "" },
      ...messages.flatMap((event) =>
        event.type === "engine" && event.message ? [{ id: event.id, message: event.message }] : [],
      ),
    ];
    const names = podsWithin(scene.course, span).map(({ name }) => name);
    const naming = said.find(({ message }) => names.some((name) => message.includes(name)));
    if (!naming) return neverSeen(`it failed after ${duration(operationMs)}, but no message names a pod`, evidence);
    return (
      thinLoad(scene, span) ??
      held(
        `stopped after ${duration(operationMs)} of at most ${duration(withinMs)}, naming ${names.find((name) => naming.message.includes(name))}; ${all(answers.length, "answer")} came from ${keeps}${failuresIn(scene, span)}`,
        [...evidence, naming.id],
      )
    );
  },
});

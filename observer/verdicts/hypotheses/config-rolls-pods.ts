import { isReadyAt, presentAt } from "../../course/queries.ts";
import { count, figure } from "../../words.ts";
import { endEvidence, ended } from "../evidence.ts";
import { held, inconclusive, refuted, refutedAtEnd } from "../finding.ts";
import { defineKind, STEP, stepOf } from "../kind.ts";

/** The step replaces every pod by pods of the same release, and these are Ready at its end. */
export const configRollsPods = defineKind({
  parameters: { step: STEP },
  sources: ["pods"],
  role: "question",
  decide: ({ step }, scene) => {
    const span = stepOf(scene, step);
    const before = presentAt(scene.course, span.fromMs);
    const after = presentAt(scene.course, span.untilMs);
    if (before.length === 0) return inconclusive("no pod was there before the step", [span.startedId]);
    const stayed = after.filter((pod) => before.includes(pod));
    const came = after.filter((pod) => !before.includes(pod));
    const evidence = [...endEvidence([...before, ...came], span), ...ended(span)];
    if (stayed.length > 0) {
      const as = stayed.length === 1 ? "as it was" : "as they were";
      return refutedAtEnd(`${figure(stayed.length)} of ${count(before.length, "pod")} stayed ${as}`, evidence);
    }
    const old = new Set(before.map(({ release }) => release));
    const other = came.filter(({ release }) => !old.has(release));
    if (other.length > 0)
      return refuted(`${count(other.length, "pod")} came with another release, ${other[0]?.release}`, evidence);
    const ready = came.filter((pod) => isReadyAt(pod, span.untilMs));
    const areReady =
      came.length === 1 ? `which is ${ready.length === 1 ? "" : "not "}Ready` : `${figure(ready.length)} of them Ready`;
    const sentence = `${count(before.length, "pod was", "pods were")} replaced by ${figure(came.length)} of the same release, ${areReady}`;
    return came.length > 0 && ready.length === came.length
      ? held(sentence, evidence)
      : refutedAtEnd(sentence, evidence);
  },
});

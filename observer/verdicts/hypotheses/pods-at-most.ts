import Type from "typebox";
import { highest } from "../../course/levels.ts";
import { noPods } from "../../course/queries.ts";
import { totalMs, within } from "../../course/span.ts";
import { count, duration, figure } from "../../words.ts";
import { type Promised, promised } from "../declared.ts";
import { excessOf } from "../excess-pods.ts";
import { held, inconclusive, refuted } from "../finding.ts";
import { COUNT, defineKind, STEP, stepOf } from "../kind.ts";

/**
 * At no instant of the step do more than `pods` pods exist; without `pods`, more than the workloads themselves promise: replicas +
 * maxSurge. Terminating pods do not count, nor do moments (see `excessOf`).
 */
export const podsAtMost = defineKind({
  parameters: { step: STEP, pods: Type.Optional(COUNT) },
  sources: ["pods"],
  role: "question",
  decide: ({ step, pods: given }, scene) => {
    const span = stepOf(scene, step);
    if (noPods(scene.course, span)) return inconclusive("no pod was seen", [span.startedId]);
    const bound: Promised | undefined =
      given === undefined ? promised(scene, span, "mostPods") : { pods: given, scaled: "" };
    if (!bound) return inconclusive("no workload was seen that says how many pods there may be", [span.startedId]);
    const { pods, scaled } = bound;
    const present = within(scene.course.counts.present, span);
    const { lasting, moments, most } = excessOf(present, pods);
    const leaving = highest(within(scene.course.counts.terminating, span))?.value ?? 0;
    const beside = `, beside up to ${figure(leaving)} terminating`;
    if (lasting.length === 0) {
      const evidence = moments.length > 0 ? moments.flatMap(({ eventIds }) => eventIds) : highest(present)?.eventIds;
      return held(`most pods ${figure(most.pods)} of at most ${pods}${most.moments}${beside}${scaled}`, evidence ?? []);
    }
    const above = [...lasting, ...moments];
    return refuted(
      `there were ${count(most.pods, "pod")} of at most ${pods}, for ${duration(totalMs(above))} more than ${pods}${beside}${scaled}`,
      above.flatMap(({ eventIds }) => eventIds),
    );
  },
});

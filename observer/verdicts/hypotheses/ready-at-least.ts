import Type from "typebox";
import { lowest } from "../../course/levels.ts";
import { noPods } from "../../course/queries.ts";
import { totalMs, within } from "../../course/span.ts";
import { count, duration, figure, were } from "../../words.ts";
import { controlOf } from "../control.ts";
import { type Promised, promised } from "../declared.ts";
import { failuresIn } from "../enough-load.ts";
import { held, inconclusive, refuted } from "../finding.ts";
import { COUNT, defineKind, STEP, stepOf } from "../kind.ts";
import { readyLost } from "../starvation.ts";

/**
 * At no instant of the step are fewer than `pods` pods Ready; without `pods`, fewer than the workloads themselves promise:
 * replicas - maxUnavailable.
 */
export const readyAtLeast = defineKind({
  parameters: { step: STEP, pods: Type.Optional(COUNT) },
  sources: ["pods"],
  role: "question",
  decide: ({ step, pods: given }, scene) => {
    const span = stepOf(scene, step);
    if (noPods(scene.course, span)) return inconclusive("no pod was seen", [span.startedId]);
    const bound: Promised | undefined =
      given === undefined ? promised(scene, span, "leastReady") : { pods: given, scaled: "" };
    if (!bound) return inconclusive("no workload was seen that says how many pods stay Ready", [span.startedId]);
    const { pods, scaled } = bound;
    const ready = within(scene.course.counts.ready, span);
    const fewest = lowest(ready);
    const below = ready.filter(({ value }) => value < pods);
    if (!fewest || below.length === 0) {
      return held(`fewest ready ${figure(fewest?.value ?? 0)} of at least ${pods}${scaled}`, fewest?.eventIds ?? []);
    }
    const evidence = below.flatMap(({ eventIds }) => eventIds);
    const control = controlOf(scene, span);
    const lost = control ? readyLost(scene, control).lost : 0;
    const sentence = `only ${count(fewest.value, "pod")} of at least ${pods} ${were(fewest.value)} Ready, for ${duration(totalMs(below))} fewer than ${pods}${scaled}${failuresIn(scene, span)}`;
    // What the control loses without a change, the change may lose as well.
    return lost > 0 && pods - fewest.value <= lost
      ? inconclusive(`${sentence}, but the control lost ${count(lost, "Ready pod")} as well`, evidence)
      : refuted(sentence, evidence);
  },
});

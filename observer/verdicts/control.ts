import type { Request, StepSpan } from "../course/course.ts";
import { awayDuring } from "../course/load-away.ts";
import { sentWithin } from "../course/queries.ts";
import { endOf } from "../course/requests.ts";
import { CONFIDENCE, type Failures, shareInterval } from "../share-interval.ts";
import { count } from "../words.ts";
import { countFailures, failuresText } from "./how-sure.ts";
import type { Scene } from "./kind.ts";

/** The step that shows what the load of `span` loses without a change. Undefined where it has none, or where none is recorded. */
export const controlOf = ({ course }: Pick<Scene, "course">, { control, step }: StepSpan): StepSpan | undefined =>
  control === undefined || control === step ? undefined : course.steps.find((one) => one.step === control);

/**
 * Whether more requests fail than without the change: where the interval of the change's share lies above the control's. Where
 * the two overlap, the control could have lost as many.
 *
 * Example: 14 of 2,500 requests fail (0.34 % to 0.87 %). If none of 1,500 fails in the control (at most 0.20 %), the change loses
 * requests. If 6 of 1,500 do (0.17 % to 0.79 %), it may as well be whatever troubles the control.
 */
export const exceeds = (change: Failures, control: Failures): boolean =>
  shareInterval(change, CONFIDENCE).least > shareInterval(control, CONFIDENCE).most;

/**
 * Why failures in a step may not come from its change; undefined where they do, or where the step has no control: recordings
 * without one are decided by all of their failures. `refutes` says whether so many failures decide the claim. Those that the load
 * itself may have made count for nothing; what remains must decide the claim by itself, and exceed the control. The text follows
 * the step's own figures.
 *
 * Example: 30 of 1,231 requests time out while the load is stopped, and 1 more is refused. 1 of 1,231 (0.38 % at most) does not
 * exceed a control of 0 of 1,500 (0.20 % at most).
 */
export function notOfTheChange(
  scene: Scene,
  span: StepSpan,
  sent: readonly Request[],
  refutes: (failures: Failures) => boolean,
): string | undefined {
  const control = controlOf(scene, span);
  if (!control) return undefined;
  const counted = countFailures(sent);
  const own = heldUpWith(scene, sent).length;
  const others = { ...counted, failures: counted.failures - own };
  const heldUp = `but the load itself was held up while ${count(own, "failed request was", "failed requests were")} under way`;
  if (own > 0 && !refutes(others)) return heldUp;
  const lost = countFailures(sentWithin(scene.course, control));
  if (exceeds(others, lost)) return undefined;
  const controls = `the control: ${lost.requests === 0 ? "it sent no request" : failuresText(lost)} in step ${control.step}`;
  return own > 0
    ? `${heldUp}, and without them ${failuresText(others)}, which does not exceed ${controls}`
    : `which does not exceed ${controls}`;
}

/** The failures that the load itself may have made: it was held up while they were under way. An answer that came is none of them. */
const heldUpWith = ({ course }: Pick<Scene, "course">, sent: readonly Request[]): Request[] =>
  sent.filter(
    (request) =>
      request.failed &&
      request.error !== undefined &&
      awayDuring(course, { fromMs: request.sentMs, untilMs: endOf(request) }) !== undefined,
  );

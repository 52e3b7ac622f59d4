import type { Request, StepSpan } from "../course/course.ts";
import { awayDuring } from "../course/load-away.ts";
import { sentWithin } from "../course/queries.ts";
import { endOf } from "../course/requests.ts";
import { CONFIDENCE, type Failures, shareInterval } from "../share-interval.ts";
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
 * Why failures in a step may not come from its change; undefined where they exceed the control's, or where there is no control.
 * The text follows the step's own figures.
 */
export function notBeyondControl(scene: Scene, span: StepSpan, change: Failures): string | undefined {
  const control = controlOf(scene, span);
  if (!control) return undefined;
  const lost = countFailures(sentWithin(scene.course, control));
  if (exceeds(change, lost)) return undefined;
  return `which does not exceed the control: ${lost.requests === 0 ? "it sent no request" : failuresText(lost)} in step ${control.step}`;
}

/** The failures that the load itself may have made: it was held up while they were under way. An answer that came is none of them. */
export const heldUpWith = ({ course }: Pick<Scene, "course">, failed: readonly Request[]): Request[] =>
  failed.filter(
    (request) =>
      request.error !== undefined &&
      awayDuring(course, { fromMs: request.sentMs, untilMs: endOf(request) }) !== undefined,
  );

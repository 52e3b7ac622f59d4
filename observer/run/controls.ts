/** A control lasts at least this long, its operation included: at 100 requests/s its share of failures is known to 0.2 %. */
export const CONTROL_MS = 15_000;

/** Kinds of steps that change nothing while load runs. `before`: the load alone, where others drive the change. */
const BEFORE = "before";
const CONTROL_KINDS: readonly string[] = ["no-op", BEFORE];

/** Whether steps of a kind serve as control of the changes after them. */
export const isControl = (kind: string): boolean => CONTROL_KINDS.includes(kind);

/**
 * Gives each step the id of its control: the last step before it that changes nothing under load. A control itself has none, nor
 * has a step before which no service runs.
 *
 * Example: of `deploy` (up), `again` (no-op), `change` (up) and `back` (up), the control of `change` and of `back` is `again`.
 */
export function withControls<One extends { readonly id: string; readonly kind: string }>(
  steps: readonly One[],
): { readonly step: One; readonly control?: string }[] {
  // A no-op that comes first deploys: without load before it, it is no control.
  const controls = steps.map(({ kind }, index) => isControl(kind) && (index > 0 || kind === BEFORE));
  return steps.map((step, index) => {
    const control = controls[index] ? undefined : steps.findLast((_, at) => at < index && controls[at]);
    return { step, ...(control && { control: control.id }) };
  });
}

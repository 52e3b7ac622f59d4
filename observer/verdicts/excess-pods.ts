import { highest, type Levels, stretchesAbove } from "../course/levels.ts";
import { totalMs } from "../course/span.ts";
import { duration, figure } from "../words.ts";

/**
 * A Deployment's controller takes from one ReplicaSet what it gives to another, and each of the two is then served by a worker of
 * its own: the new pod may be there before the old one is told to go. On an idle machine the old one was told first, by 20 ms to
 * 83 ms in four exchanges; on a starved one (load average 17, two cores) a new pod came 0.34 s before the old one was told.
 */
const OUT_OF_ORDER_MS = 1_000;

/** Pods above a bound: for longer than the order of two controllers explains, or for moments only. */
export type Excess = {
  readonly lasting: Levels;
  readonly moments: Levels;
  /** The most pods, with the moments told apart where nothing lasts: `4`, or `3, and 4 for 40 ms`. */
  readonly most: { readonly pods: number; readonly moments: string };
};

/** Parts the stretches in which there are more pods than `bound`. */
export function excessOf(present: Levels, bound: number): Excess {
  const stretches = stretchesAbove(present, bound);
  const isMoment = ({ fromMs, untilMs }: Levels[number]) => untilMs - fromMs < OUT_OF_ORDER_MS;
  const lasting = stretches.filter((one) => !isMoment(one));
  const moments = stretches.filter(isMoment);
  const pods = highest(present)?.value ?? 0;
  if (lasting.length > 0 || moments.length === 0) return { lasting, moments, most: { pods, moments: "" } };
  return {
    lasting,
    moments,
    most: { pods: bound, moments: `, and ${figure(pods)} for ${duration(totalMs(moments))}` },
  };
}

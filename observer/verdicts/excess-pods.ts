import { highest, type Levels, stretchesAbove } from "../course/levels.ts";
import { totalMs } from "../course/span.ts";
import { duration, figure } from "../words.ts";

/**
 * An excess shorter than this is a moment. The Deployment's controller scales one ReplicaSet down and the other up, and separate
 * workers then carry out the two changes. On an idle machine the old pod started to terminate 20 ms to 83 ms before the new pod
 * existed, in four exchanges. On a starved machine (load average 17, two cores) the new pod existed 0.34 s before that.
 */
const OUT_OF_ORDER_MS = 1_000;

/** The stretches with more pods than a bound: those that last, and those that the order of two workers explains (moments). */
export type Excess = {
  readonly lasting: Levels;
  readonly moments: Levels;
  /** The most pods, in two parts of one text: `4`, or, where there are only moments, `3` and `, and 4 for 40 ms`. */
  readonly most: { readonly pods: number; readonly moments: string };
};

/**
 * Sorts the stretches with more pods than `bound` into lasting ones and moments.
 *
 * Example with a bound of 3 pods: 4 pods in 4.00..4.04 s are a moment, and the most is `3, and 4 for 40 ms`. With 5 pods in
 * 6..8 s as well, that stretch is lasting, and the most is `5`.
 */
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

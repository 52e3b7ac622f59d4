import { greatest, smallest } from "../statistics.ts";
import { duration } from "../words.ts";
import type { Group } from "./cause.ts";

/** The smallest and the greatest of some durations in ms, in the unit of the greatest: `0.3 s`, or `0.3-1.1 s`. */
export function range(valuesMs: readonly number[]): string {
  const [least, most] = [smallest(valuesMs), greatest(valuesMs)];
  const longest = duration(most);
  const shortest = longest.endsWith(" ms") ? duration(least).replace(" ms", "") : (least / 1000).toFixed(1);
  return longest.startsWith(`${shortest} `) ? longest : `${shortest}-${longest}`;
}

/** How long after the decisive instant the requests of a group failed, in ms; empty where none says so. */
export const aftersMs = ({ members }: Group): number[] =>
  members.flatMap(({ explanation }) => (explanation.afterMs === undefined ? [] : [Math.max(0, explanation.afterMs)]));

/** The different ways in which the requests of a group failed, the most frequent first. */
export const waysOf = ({ members }: Group): string[] =>
  [...Map.groupBy(members, ({ explanation }) => explanation.way)]
    .toSorted(([, one], [, other]) => other.length - one.length)
    .flatMap(([way]) => (way === undefined ? [] : [way]));

/** Whether the recording is of one of the lab's own stacks, whose readers set waits by `preStopSeconds` and `drainSeconds`. */
export const isOfOwnStack = ({ recording }: Group["scene"]): boolean =>
  recording.header.settings.preStopSeconds !== undefined || recording.header.settings.drainSeconds !== undefined;

/** A wait before SIGTERM in the words of whoever sets it: a setting of the lab's, or a field of a manifest. */
export function preStopWait(scene: Group["scene"], seconds: number): string {
  if (isOfOwnStack(scene)) return `preStopSeconds ${seconds}`;
  return seconds === 0 ? "no preStop wait" : `a preStop wait of ${seconds} s`;
}

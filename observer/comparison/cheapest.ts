import { median } from "../statistics.ts";
import { list } from "../words.ts";
import type { Difference, Sample } from "./differences.ts";

/**
 * Names the cheapest strategy among those that are not worse, in one sentence.
 *
 * A strategy is worse where another one is told to be better for users: fewer failed requests, or faster answers. One of which a
 * rollout failed is worse as well. What a change costs is pods beyond the old ones, in pod-seconds, and then time. Of those that
 * are not worse the cheapest ones are those that no other of them is told to undercut in pod-seconds, and among these those that
 * none is told to undercut in time. If several are left, their costs cannot be told apart: the one with the lowest median of
 * pod-seconds is named, and the others with it.
 *
 * Example: recreate takes no pod beyond the old ones, but fails requests that rolling does not: it is worse, and rolling is the
 * cheapest. With a canary that fails none either, and takes more pod-seconds in more time, rolling stays the cheapest.
 */
export function cheapestSentence(samples: readonly Sample[], differences: readonly Difference[]): string {
  const worse = differences.filter(({ measure }) => measure.judged.matters === "to users");
  const notWorse = samples.filter(
    ({ strategy, failures }) => failures === 0 && !worse.some((one) => one.worse === strategy),
  );
  const undercut = (among: readonly Sample[], heading: string) =>
    among.filter(
      ({ strategy }) =>
        !differences.some(
          (one) =>
            one.measure.heading === heading &&
            one.worse === strategy &&
            among.some((other) => other.strategy === one.better),
        ),
    );
  const left = undercut(undercut(notWorse, "extra pods"), "duration");
  const [cheapest, ...others] = left.toSorted((one, other) => podSeconds(one) - podSeconds(other));
  if (!cheapest)
    return samples.some(({ failures }) => failures > 0)
      ? "No strategy is named as the cheapest: of each a rollout failed, or another one is better by some measure."
      : "No strategy is named as the cheapest: each of them is worse than another one by some measure.";
  const seconds = median(cheapest.changes.map(({ durationMs }) => durationMs / 1000)).toFixed(1);
  const cost = `${podSeconds(cheapest).toFixed(1)} pod-seconds beyond the old pods and ${seconds} s (medians)`;
  const beside =
    others.length === 0
      ? ""
      : `; what ${list(others.map(({ strategy }) => strategy))} ${others.length === 1 ? "costs" : "cost"} cannot be told from it`;
  return `Of the strategies that are not worse for users, ${cheapest.strategy} is the cheapest: ${cost}${beside}.`;
}

const podSeconds = ({ changes }: Sample): number => median(changes.map(({ extraPodSeconds }) => extraPodSeconds));

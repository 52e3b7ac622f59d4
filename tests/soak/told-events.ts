import type { Happening } from "../../observer/events.ts";
import { greatest } from "../../observer/statistics.ts";

/** An event of a watch of pods, as `kubectl get pods --watch --output-watch-events` tells it. */
export type ToldEvent = { readonly type: string; readonly name: string; readonly resourceVersion: string };

/** What kubectl is asked to print of each event, and the event that such a line tells. */
export const EVENT_FORMAT = '{.type} {.object.metadata.name} {.object.metadata.resourceVersion}{"\\n"}';

export function toldEvent(line: string): ToldEvent | undefined {
  const [, type, name, resourceVersion] = /^([A-Z]+) (\S+) (\d+)$/.exec(line) ?? [];
  return type && name && resourceVersion ? { type, name, resourceVersion } : undefined;
}

/** How two watches of the same pods agree: the number of events that both told, and those that only one did. */
export type Agreement = {
  readonly both: number;
  readonly onlyRecorded: readonly string[];
  readonly onlyTold: readonly string[];
};

/**
 * Holds recorded pod events against those that kubectl told, from the first recorded one to the last version that was recorded of
 * anything, which a watch of pods that has stopped does not bring nearer: kubectl begins before the recording and ends after it. What a
 * list showed is no event, so it only opens the range.
 */
export function agreement(events: readonly Happening[], told: readonly ToldEvent[]): Agreement {
  const recorded = events.filter((event) => event.type === "pod");
  const first = Math.min(...recorded.map(({ resourceVersion }) => Number(resourceVersion)));
  const last = greatest(events.map((event) => ("resourceVersion" in event ? Number(event.resourceVersion) : 0)));
  const ours = new Set(recorded.filter(({ change }) => change !== "listed").map((one) => text(one.change, one)));
  const listed = new Set(recorded.filter(({ change }) => change === "listed").map((one) => one.resourceVersion));
  const theirs = new Set(
    told
      .filter(({ resourceVersion }) => Number(resourceVersion) >= first && Number(resourceVersion) <= last)
      .filter(({ resourceVersion }) => !listed.has(resourceVersion))
      .map((one) => text(one.type.toLowerCase(), one)),
  );
  return {
    both: [...ours].filter((one) => theirs.has(one)).length,
    onlyRecorded: [...ours].filter((one) => !theirs.has(one)),
    onlyTold: [...theirs].filter((one) => !ours.has(one)),
  };
}

const text = (change: string, { name, resourceVersion }: Omit<ToldEvent, "type">): string =>
  `${change} ${name} ${resourceVersion}`;

import { didYouMean } from "../../common/did-you-mean.ts";
import { UserError } from "../../common/user-error.ts";
import { causesOf } from "../causes/causes-of.ts";
import { drainingOf, refusalsOf } from "../causes/draining.ts";
import { courseOf } from "../course/course.ts";
import type { Recording } from "../events.ts";
import { count, figure } from "../words.ts";
import { describeEvent } from "./describe-event.ts";
import { starvedSpansOf } from "./starved-spans.ts";
import { wrapped } from "./wrapped.ts";

const INDENT = 2;

/** Why requests of a recording failed, for the terminal: the causes, what decides each, and the first events that show it. */
export function whyAll(recording: Recording): string {
  const course = courseOf(recording);
  const causes = causesOf(recording, course, starvedSpansOf(recording));
  const draining = drainingOf(recording, course, refusalsOf(causes));
  const { groups, requests } = causes;
  const sent = count(course.requests.length, "request");
  const head = requests.length === 0 ? `None of ${sent} failed.` : `${figure(requests.length)} of ${sent} failed.`;
  const first = requests[0]?.request;
  return [
    head,
    ...groups.flatMap((group) => [
      "",
      ...wrapped(`${count(group.count, "request")}: ${group.line}`, INDENT),
      ...wrapped(
        `  cause: ${group.title} (${figure(group.seen)} seen, ${figure(group.count - group.seen)} inferred)`,
        4,
      ),
      ...wrapped(`  from ${seconds(group.fromMs)} to ${seconds(group.untilMs)} of the recording`, 4),
      ...(group.field === undefined ? [] : wrapped(`  decided by: ${group.field}`, 4)),
      ...group.evidence.slice(0, 3).flatMap((id) => wrapped(`  ${eventText(recording, id)}`, 4)),
    ]),
    ...(draining ? ["", ...wrapped(`Draining: ${draining.sentence}`, INDENT)] : []),
    ...(first === undefined ? [] : ["", `One of them: bin/lab why RECORDING --request ${first}`]),
  ].join("\n");
}

/**
 * Why one request failed, with the events that show it.
 * @throws {UserError} where the recording has no such request, or it did not fail.
 */
export function whyRequest(recording: Recording, id: number): string {
  const course = courseOf(recording);
  const { requests, groups } = causesOf(recording, course, starvedSpansOf(recording));
  const one = requests.find(({ request }) => request === id);
  if (!one)
    throw noFailure(
      recording,
      id,
      requests.map(({ request }) => request),
    );
  const group = groups.find(({ cause }) => cause === one.cause);
  return [
    ...wrapped(`${group?.title ?? one.cause} (${one.certainty}): ${one.because}.`, 0),
    ...(group?.field === undefined ? [] : wrapped(`decided by: ${group.field}`, INDENT)),
    ...(group ? wrapped(`what would cover it: ${group.cover}`, INDENT) : []),
    "",
    ...one.evidence.flatMap((event) => wrapped(eventText(recording, event), INDENT)),
  ].join("\n");
}

function noFailure({ events }: Recording, id: number, failed: readonly number[]): UserError {
  const event = events.find((one) => one.id === id);
  const what =
    event?.type === "request" ? "a request that did not fail" : event ? "no request" : "no event of the recording";
  const some = failed.slice(0, 3).join(", ");
  const allowed =
    failed.length === 0
      ? "none, because no request failed"
      : `the id of one of ${failed.length} that failed: ${some} …`;
  return new UserError(
    `--request: got ${id}, which is ${what}; allowed: ${allowed}.${didYouMean(String(id), failed.map(String))} ` +
      "Leave it out to see all causes",
  );
}

function eventText({ events }: Recording, id: number): string {
  const event = events.find((one) => one.id === id);
  return event ? `#${id} at ${seconds(event.atMs)}: ${describeEvent(event)}` : `#${id}`;
}

const seconds = (atMs: number): string => `${(atMs / 1000).toFixed(3)} s`;

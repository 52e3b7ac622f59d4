import { type Causes, causesOf } from "../../observer/causes/causes-of.ts";
import { GONE_WAYS } from "../../observer/causes/kinds/gone-address.ts";
import { courseOf } from "../../observer/course/course.ts";
import type { Recording } from "../../observer/events.ts";
import { starvedSpansOf } from "../../observer/report/starved-spans.ts";
import type { Construction } from "./constructions.ts";
import { agrees } from "./own-words.ts";
import type { PodLine } from "./pod-logs.ts";

/** At least this share of failures must get a cause that they can have, and at most the second may stay unexplained. */
const RIGHT_SHARE = 0.99;
const UNEXPLAINED_SHARE = 0.01;

/** How well the causes of a construction's failures fit what was constructed. */
export type Weighed = {
  readonly failed: number;
  readonly right: number;
  /** How many of `right` say that the machine was starved at the time, as its samples show. */
  readonly starved: number;
  /** How many of `right` were sent to a pod of a construction before, whose address the node's connection tracking still keeps. */
  readonly leftBefore: number;
  readonly unexplained: number;
  /** Of the causes that a pod's log can tell of, how many its log agrees with, and how many it contradicts. */
  readonly agreed: number;
  readonly contradicted: number;
  /** What is wrong; empty where all is well. */
  readonly faults: readonly string[];
  readonly causes: Causes;
};

export function weigh(construction: Construction, recording: Recording, lines: readonly PodLine[]): Weighed {
  const course = courseOf(recording);
  const spans = starvedSpansOf(recording);
  const causes = causesOf(recording, course, spans);
  const { requests } = causes;
  const byId = new Map(course.requests.map((request) => [request.id, request]));
  const toWallMs = recording.header.startedWallMs;
  const told = requests.map((one) => {
    const request = byId.get(one.request);
    const sentMs = toWallMs + one.sentMs;
    return agrees(one, { sentMs, failedMs: sentMs + (request?.latencyMs ?? 0) }, lines);
  });
  const failed = requests.length;
  // A starved machine fails requests by itself, whatever was constructed: nothing but its samples, and gaps of the load, may say so.
  const samples = new Set([
    ...spans.flatMap(({ eventIds }) => eventIds),
    ...course.gaps.flatMap(({ id, source }) => (source === "load" ? [id] : [])),
  ]);
  const starved = requests.filter(
    ({ cause, evidence }) =>
      cause === "load-side" && !construction.causes.includes(cause) && evidence.some((id) => samples.has(id)),
  ).length;
  const leftBefore = requests.filter(
    ({ cause, way }) => way === GONE_WAYS.before && !construction.causes.includes(cause),
  ).length;
  const right = starved + leftBefore + requests.filter(({ cause }) => construction.causes.includes(cause)).length;
  const unexplained = requests.filter(({ cause }) => cause === "unexplained").length;
  const missing = construction.mustOccur.filter((name) => !requests.some(({ cause }) => cause === name));
  const [agreed, contradicted] = [true, false].map((word) => told.filter((one) => one === word).length);
  return {
    failed,
    right,
    starved,
    leftBefore,
    unexplained,
    agreed: agreed ?? 0,
    contradicted: contradicted ?? 0,
    causes,
    faults: [
      ...(failed === 0 ? ["no request failed"] : []),
      ...missing.map((name) => `no request failed by ${name}`),
      ...(right < failed * RIGHT_SHARE
        ? [`${failed - right} of ${failed} failures have a cause that they cannot have`]
        : []),
      ...(unexplained > failed * UNEXPLAINED_SHARE ? [`${unexplained} of ${failed} are unexplained`] : []),
      ...((contradicted ?? 0) > failed * (1 - RIGHT_SHARE)
        ? [`the pods' own logs contradict ${contradicted} of ${failed}`]
        : []),
    ],
  };
}

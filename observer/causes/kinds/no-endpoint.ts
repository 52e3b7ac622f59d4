import type { EndpointSpan } from "../../course/course.ts";
import { WAYS_APART_MS } from "../../course/queries.ts";
import { totalMs, within } from "../../course/span.ts";
import { duration } from "../../words.ts";
import type { CauseKind, Explanation, Rule } from "../cause.ts";
import { type Failure, isUnanswered } from "../failures.ts";
import { range } from "../group.ts";
import { endpointsAt, leftAt, type Scene } from "../scene.ts";

/*
 * No pod was in the Service's endpoints, ready or terminating: the node refuses connections, or lets them wait. Examples; the
 * endpoints are empty from 10 s to 15 s:
 *   sent at 12.0 s, reset at 12.001 s     seen: they were empty when it was sent
 *   sent at 9.9 s, reset at 9.901 s       inferred: they were about to be, and the watch tells up to 250 ms late
 *   sent at 15.3 s, reset at 15.301 s     inferred: a pod was in them again, and the node had not yet heard of it
 *   sent at 9.5 s, timeout at 14.5 s      inferred: they were empty for 4.5 of its 5 s
 */

/** A node's proxy hears of new endpoints this much later at most, on a machine that has CPU to spare. */
export const PROXY_LAG_MS = 1_500;
/** Of the life of a request that nothing answered, what the endpoints must have been empty for. */
const MOST_OF_ITS_LIFE = 0.5;

/** The endpoints were empty at the instant at which the request was sent. */
export const noEndpointSeen: Rule = (failure, scene) => {
  const there = endpointsAt(scene, failure.sentMs);
  if (!isUnanswered(failure) || !there || isOpen(failure) || leftAt(scene, there, failure.sentMs) !== "none")
    return undefined;
  return explained("seen", "no pod was in the Service's endpoints when it was sent", there.eventIds);
};

/** The endpoints were empty just before or after, or for most of the request's life. */
export const noEndpointNear: Rule = (failure, scene) => {
  if (!isUnanswered(failure)) return undefined;
  const near = nearEmptiness(failure, scene, (span, atMs) => leftAt(scene, span, atMs) === "none");
  return near && explained("inferred", near.because("no pod was in the Service's endpoints"), near.span.eventIds);
};

/** A kept connection leads to its pod whatever the endpoints say. */
const isOpen = ({ knownPod }: Failure): boolean => knownPod !== undefined;

/** Finds a span of endpoints without pods that explains a request sent beside it. `isWithout` is asked of a span and an instant. */
export function nearEmptiness(
  failure: Failure,
  { course }: Scene,
  isWithout: (span: EndpointSpan, atMs: number) => boolean,
): { readonly span: EndpointSpan; readonly because: (what: string) => string } | undefined {
  if (isOpen(failure)) return undefined;
  const { sentMs, endMs, lifeMs, timedOut } = failure;
  const soon = course.endpoints.findLast(
    (span) => span.fromMs >= sentMs && span.fromMs <= endMs + WAYS_APART_MS && isWithout(span, span.fromMs),
  );
  if (soon && !timedOut)
    return { span: soon, because: (what) => `${what} ${duration(soon.fromMs - sentMs)} after it was sent` };
  const before = course.endpoints.findLast(
    (span) => span.untilMs <= sentMs && sentMs - span.untilMs <= PROXY_LAG_MS && isWithout(span, span.untilMs),
  );
  if (before)
    return { span: before, because: (what) => `${what} until ${duration(sentMs - before.untilMs)} before it was sent` };
  const during = within(
    course.endpoints.filter((span) => isWithout(span, Math.max(span.fromMs, sentMs))),
    { fromMs: sentMs, untilMs: endMs },
  );
  const emptyMs = totalMs(during);
  const [longest] = during.toSorted((one, other) => totalMs([other]) - totalMs([one]));
  if (!longest || !timedOut || emptyMs < lifeMs * MOST_OF_ITS_LIFE) return undefined;
  return {
    span: longest,
    because: (what) => `${what} for ${duration(emptyMs)} of the ${duration(lifeMs)} that it waited`,
  };
}

const explained = (certainty: Explanation["certainty"], because: string, evidence: readonly number[]): Explanation => ({
  certainty,
  because,
  evidence,
});

export const noEndpoint: CauseKind = {
  name: "no-endpoint",
  title: "no endpoint",
  line: ({ members }) =>
    `no pod was in the Service's endpoints, and requests failed ${range(members.map(({ failure }) => Math.max(0, failure.lifeMs)))} after they were sent`,
  remedy: ({ scene }) => ({
    field: "spec.replicas, spec.strategy",
    cover: scene.pods.some(({ course }) => course.ends.length > 0)
      ? "a second pod, or one whose containers do not end, covers them"
      : "another Ready pod before the last one goes covers them: RollingUpdate with maxUnavailable 0",
  }),
};

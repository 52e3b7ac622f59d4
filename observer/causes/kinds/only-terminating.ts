import type { CauseKind, Rule } from "../cause.ts";
import { isUnanswered } from "../failures.ts";
import { aftersMs, range } from "../group.ts";
import { endpointsAt, leftAt } from "../scene.ts";
import { nearEmptiness } from "./no-endpoint.ts";

/*
 * No endpoint was ready, and those that were left were terminating. The node then sends to terminating ones that still serve, and
 * requests fail as these close one after the other. No wait before SIGTERM covers that: another pod must be ready first.
 *
 * Example: all six pods are deleted at 77 s and have closed their ports by 86 s; new ones are ready at 92 s. A request of 85.7 s
 * is reset: only terminating endpoints were left since 77.9 s. One of 89 s meets no endpoint at all, which is another cause.
 */

/** Only terminating endpoints were left at the instant at which the request was sent. */
export const onlyTerminatingSeen: Rule = (failure, scene) => {
  const there = endpointsAt(scene, failure.sentMs);
  if (!isUnanswered(failure) || !there || leftAt(scene, there, failure.sentMs) !== "terminating") return undefined;
  const last = scene.course.endpoints.findLast(({ fromMs, ready }) => fromMs <= failure.sentMs && ready.length > 0);
  return {
    certainty: "seen",
    because: "only terminating pods were in the Service's endpoints when it was sent",
    evidence: there.eventIds,
    afterMs: failure.sentMs - (last?.untilMs ?? there.fromMs),
    ...(failure.knownPod === undefined ? {} : { pod: failure.knownPod }),
  };
};

/** They were left just before or after, or for most of the request's life. */
export const onlyTerminatingNear: Rule = (failure, scene) => {
  if (!isUnanswered(failure)) return undefined;
  const near = nearEmptiness(failure, scene, (span, atMs) => leftAt(scene, span, atMs) === "terminating");
  return (
    near && {
      certainty: "inferred",
      because: near.because("only terminating pods were in the Service's endpoints"),
      evidence: near.span.eventIds,
    }
  );
};

export const onlyTerminating: CauseKind = {
  name: "only-terminating",
  title: "only terminating endpoints",
  line: (group) => {
    const after = aftersMs(group);
    const when = after.length === 0 ? "" : `, ${range(after)} after the last ready one had left`;
    return `only terminating pods were in the endpoints${when}`;
  },
  remedy: () => ({
    field: "spec.strategy, spec.replicas",
    cover: "a Ready pod before the last old one goes covers them: RollingUpdate with maxUnavailable 0",
  }),
};

import { isWithin } from "../../course/span.ts";
import { duration, percent } from "../../words.ts";
import type { CauseKind, Rule } from "../cause.ts";
import { type Failure, isUnanswered } from "../failures.ts";
import { waysOf } from "../group.ts";
import { endpointsAt, isCertain, type Scene } from "../scene.ts";

/*
 * The service had more to do than it could: it refused with 503 or 429, or did not come to answer in time, while its container
 * was throttled or did not answer the kubelet's probes in time either.
 *
 * Example: between two samples of a pod's cgroup, at 180.5 s and 181.8 s, 14 of 14 CPU periods were throttled. A request that
 * waited from 176 s to 181 s and got no answer was waiting for CPU.
 */

/** Of the CPU periods while a request waited, those that must have been throttled. */
const THROTTLED_SHARE = 0.5;
/** Samples of a container come about every second; a starved one tells late. */
const SAMPLED_WITHIN_MS = 3_000;

/** The service said so. */
export const refusedByService: Rule = ({ status, retryAfterSeconds }) => {
  if (status !== 503 && status !== 429) return undefined;
  const said = retryAfterSeconds === undefined ? "" : `, and to come again after ${retryAfterSeconds} s`;
  return {
    certainty: retryAfterSeconds === undefined ? "inferred" : "seen",
    because: `the service refused with status ${status}${said}`,
    evidence: [],
    way: `status ${status}`,
  };
};

/** The container got too little CPU while the request waited. */
export const throttledRule: Rule = (failure, scene) => {
  if (!isUnanswered(failure) || !failure.timedOut) return undefined;
  for (const pod of candidates(failure, scene)) {
    const around = { fromMs: failure.sentMs - SAMPLED_WITHIN_MS, untilMs: failure.endMs + SAMPLED_WITHIN_MS };
    const samples = scene.samplesOf(pod).filter(({ atMs }) => isWithin(atMs, around));
    const [first, last] = [samples[0], samples.at(-1)];
    if (!first || !last) continue;
    const periods = (last.cpuPeriods ?? 0) - (first.cpuPeriods ?? 0);
    const share = ((last.throttledPeriods ?? 0) - (first.throttledPeriods ?? 0)) / periods;
    if (periods <= 0 || share < THROTTLED_SHARE) continue;
    return {
      certainty: certaintyOf(failure, scene, pod),
      because: `${pod} was throttled in ${percent(share)} of its CPU periods while the request waited ${duration(failure.lifeMs)}`,
      evidence: [first.id, last.id],
      pod,
      way: "throttled",
    };
  }
  return undefined;
};

/** The pod did not answer the kubelet's probes in time either, and was not killed for it. */
export const busyRule: Rule = (failure, scene) => {
  if (!isUnanswered(failure) || !failure.timedOut) return undefined;
  for (const pod of candidates(failure, scene)) {
    const silent = scene.probings.find(
      ({ what, atMs, ...one }) =>
        what === "silent" && one.pod === pod && atMs >= failure.sentMs && atMs <= failure.endMs + SAMPLED_WITHIN_MS,
    );
    if (!silent) continue;
    return {
      certainty: "inferred",
      because: `${pod} did not answer the kubelet's ${silent.probe} probe in time either`,
      evidence: [silent.eventId],
      pod,
      way: "too slow for its probes",
    };
  }
  return undefined;
};

function candidates(failure: Failure, scene: Scene): readonly string[] {
  if (failure.knownPod !== undefined) return [failure.knownPod];
  const there = endpointsAt(scene, failure.sentMs);
  return there ? [...there.ready, ...there.terminating] : [];
}

function certaintyOf(failure: Failure, scene: Scene, pod: string): "seen" | "inferred" {
  const life = scene.pods.findLast(({ name, fromMs }) => name === pod && fromMs <= failure.endMs);
  return life && isCertain(failure, scene, life) ? "seen" : "inferred";
}

export const overload: CauseKind = {
  name: "overload",
  title: "overload",
  line: (group) => `the service could not keep up: ${waysOf(group).join("; ")}`,
  remedy: (group) =>
    waysOf(group)[0]?.startsWith("status")
      ? { field: "spec.replicas", cover: "more pods, or a client that heeds Retry-After, covers them" }
      : {
          field: "spec.template.spec.containers[].resources.limits.cpu, spec.replicas",
          cover: "more CPU for each pod, or more pods, covers them",
        },
};

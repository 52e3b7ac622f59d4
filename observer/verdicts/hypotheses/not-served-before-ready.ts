import type { Course, PodCourse, Request } from "../../course/course.ts";
import { answered, podNamed, WAYS_APART_MS } from "../../course/queries.ts";
import { isWithin, overlaps } from "../../course/span.ts";
import { count, duration, list } from "../../words.ts";
import { LEAST_REQUESTS } from "../enough-load.ts";
import { held, inconclusive, refuted } from "../finding.ts";
import { defineKind } from "../kind.ts";

/**
 * No pod answers a request with success before it is Ready for the first time, in any step.
 *
 * Example: a pod is first seen Ready at 17.6 s, and the cluster gives the whole second 17 s; the clocks are known to 0.1 s. An
 * answer at 17.4 s counts as in time, since the watch may be 250 ms late. One at 17.1 s is unclear: the pod may have become Ready
 * at 17.0 s. One at 16.5 s came too early.
 */
export const notServedBeforeReady = defineKind({
  parameters: {},
  sources: ["pods", "load", "clock"],
  role: "question",
  decide: (_, { course }) => {
    const answers = answered(course.requests).filter((request) => request.pod !== undefined);
    const placed = answers.map((request) => ({ request, pod: podOf(request, course) }));
    const early = placed.flatMap(({ request, pod }) =>
      pod ? [{ request, pod, ...earliness(request, pod, course) }] : [],
    );
    const before = early.filter(({ verdict }) => verdict === "before");
    if (before.length > 0) {
      const pods = [...new Set(before.map(({ pod }) => pod.name))];
      return refuted(
        `${count(before.length, "answer")} came from ${list(pods)} before ${pods.length === 1 ? "it was" : "they were"} Ready, the first ${duration(before[0]?.byMs ?? 0)} before`,
        before.flatMap(({ request, pod }) => [request.id, ...(pod.firstReady ? [pod.firstReady.eventId] : [])]),
      );
    }
    if (answers.length < LEAST_REQUESTS) {
      return inconclusive(`only ${count(answers.length, "answer")} of at least ${LEAST_REQUESTS} came from a pod`, []);
    }
    const unclear = early.filter(({ verdict }) => verdict === "unclear");
    if (unclear.length > 0) {
      return inconclusive(
        `${count(unclear.length, "answer")} came within the second in which the pod became Ready, up to ${duration(unclear.reduce((most, { byMs }) => Math.max(most, byMs), 0))} before we saw it`,
        unclear.map(({ request }) => request.id),
      );
    }
    const unknown = placed.filter(({ pod }) => !pod);
    if (unknown.length > 0) {
      return inconclusive(
        `${count(unknown.length, "answer")} came from pods that were not seen`,
        unknown.map(({ request }) => request.id),
      );
    }
    const tried = course.pods.filter((pod) => !pod.listed && sentWhileUnready([pod], course.requests) > 0);
    if (tried.length === 0) return inconclusive("no request was sent while a pod was not yet Ready", []);
    const sent = sentWhileUnready(tried, course.requests);
    return held(
      `0 of ${count(answers.length, "answer")} came from a pod before it was Ready, though ${count(sent, "request was", "requests were")} sent while ${count(tried.length, "pod")} started`,
      tried.flatMap((pod) => (pod.firstReady ? [pod.firstReady.eventId] : [])),
    );
  },
});

const doneMs = ({ dueMs, latencyMs }: Request): number => dueMs + latencyMs;

/** The pod that answered. Its release is asked for too, since an answer may end after the successor of the same name came. */
const podOf = (request: Request, course: Course): PodCourse | undefined =>
  podNamed(course, request.pod ?? "", doneMs(request), request.release);

function earliness(
  request: Request,
  pod: PodCourse,
  { clock, gaps }: Course,
): { readonly verdict: "in-time" | "unclear" | "before"; readonly byMs: number } {
  const { firstReady } = pod;
  const isWatched = !gaps.some((gap) => gap.source === "pods" && overlaps(gap, pod));
  const byMs = (firstReady?.atMs ?? pod.untilMs) - doneMs(request);
  // The recording never shows the pod Ready: it may have become Ready unseen, in a gap or just before the pod's end.
  if (!firstReady) return { verdict: isWatched && byMs > WAYS_APART_MS ? "before" : "unclear", byMs };
  if (byMs <= WAYS_APART_MS) return { verdict: "in-time", byMs };
  // The kubelet rounds the time of Ready down to a whole second: an answer before that second is too early in any case.
  const earliestMs = firstReady.sinceMs === undefined ? firstReady.atMs : firstReady.sinceMs - clock.uncertaintyMs;
  return { verdict: doneMs(request) < earliestMs ? "before" : "unclear", byMs };
}

/** Number of requests that were sent while at least one of the pods was not yet Ready: each counts once. */
function sentWhileUnready(pods: readonly PodCourse[], requests: readonly Request[]): number {
  const unready = pods.map(({ fromMs, untilMs, firstReady }) => ({ fromMs, untilMs: firstReady?.atMs ?? untilMs }));
  return requests.filter(({ sentMs }) => unready.some((span) => isWithin(sentMs, span))).length;
}

import type { Course, PodCourse, Request } from "../../course/course.ts";
import { answered, podNamed, WAYS_APART_MS } from "../../course/queries.ts";
import { isWithin, overlaps } from "../../course/span.ts";
import { count, duration, figure, list } from "../../words.ts";
import { LEAST_REQUESTS } from "../enough-load.ts";
import { held, inconclusive, refuted } from "../finding.ts";
import { defineKind } from "../kind.ts";

/** No pod answers a prediction with success before it is Ready for the first time, in any step. */
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
        `${count(before.length, "answer")} came from ${list(pods)} before it was Ready, the first ${duration(before[0]?.byMs ?? 0)} before`,
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
    const tried = course.pods.filter((pod) => !pod.listed && sentWhileUnready(pod, course.requests) > 0);
    if (tried.length === 0) return inconclusive("no request was sent while a pod was not yet Ready", []);
    const sent = tried.reduce((sum, pod) => sum + sentWhileUnready(pod, course.requests), 0);
    return held(
      `0 of ${count(answers.length, "answer")} came from a pod before it was Ready, though ${figure(sent)} requests were sent while ${count(tried.length, "pod")} started`,
      tried.flatMap((pod) => (pod.firstReady ? [pod.firstReady.eventId] : [])),
    );
  },
});

const doneMs = ({ dueMs, latencyMs }: Request): number => dueMs + latencyMs;

/** The pod of the release that answered, as an answer may come when the successor of the same name is there already. */
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
  // Never Ready as far as we saw: just before a gap or the end it may have become so unseen.
  if (!firstReady) return { verdict: isWatched && byMs > WAYS_APART_MS ? "before" : "unclear", byMs };
  if (byMs <= WAYS_APART_MS) return { verdict: "in-time", byMs };
  // The kubelet says since when, cut down to the whole second: an answer before that is too early for sure.
  const earliestMs = firstReady.sinceMs === undefined ? firstReady.atMs : firstReady.sinceMs - clock.uncertaintyMs;
  return { verdict: doneMs(request) < earliestMs ? "before" : "unclear", byMs };
}

function sentWhileUnready({ fromMs, untilMs, firstReady }: PodCourse, requests: readonly Request[]): number {
  const unready = { fromMs, untilMs: firstReady?.atMs ?? untilMs };
  return requests.filter(({ sentMs }) => isWithin(sentMs, unready)).length;
}

import type { Course, EndpointSpan, StepSpan } from "../../course/course.ts";
import { answered, podsBehind, sentWithin, WAYS_APART_MS } from "../../course/queries.ts";
import { overlaps, within } from "../../course/span.ts";
import { count, duration, were } from "../../words.ts";
import { failuresIn } from "../enough-load.ts";
import { held, inconclusive, neverSeen, refuted } from "../finding.ts";
import { COUNT, defineKind, STEP, stepOf } from "../kind.ts";

/** The longest time that a change of the endpoints at once may take, as it may need several writes in a row. */
const AT_ONCE_MS = 1000;

/**
 * The endpoints change from one release to another only when all `pods` pods of the new one are Ready, and then at once.
 *
 * Example with 2 pods: v2 has 2 Ready pods from 17.0 s on. The endpoints name only pods of v1 until 20.0 s, pods of both until
 * 20.2 s, and then 2 pods of v2. The change takes 200 ms, so the claim holds. Endpoints that name a pod of v2 at 16.5 s, when
 * only 1 is Ready, refute it.
 */
export const switchedWhenReady = defineKind({
  parameters: { step: STEP, pods: COUNT },
  sources: ["pods", "endpoints"],
  role: "question",
  decide: ({ step, pods }, scene) => {
    const span = stepOf(scene, step);
    const { course } = scene;
    const spans = course.endpoints
      .filter((one) => overlaps(one, span))
      .map((one) => ({ ...one, releases: releasesOf(course, one) }));
    const before = spans[0];
    const [old] = before?.releases ?? [];
    if (!before || old === undefined) return inconclusive("no endpoint was seen at the step's start", [span.startedId]);
    if (before.releases.length > 1) {
      return refuted(
        `at the step's start the endpoints are already of ${before.releases.join(" and ")}`,
        before.eventIds,
      );
    }
    const first = spans.find(({ releases }) => releases.some((release) => release !== old));
    const left = spans.find(({ releases }) => !releases.includes(old));
    if (!first || !left) {
      return neverSeen(`the endpoints did not change from ${old} to another release`, evidenceOf(span, spans));
    }
    const next = first.releases.find((release) => release !== old) ?? "";
    const done = spans.find(
      ({ releases, ready }) => releases.length === 1 && releases[0] === next && ready.length >= pods,
    );
    const evidence = [...new Set([first, left, done ?? first].flatMap(({ eventIds }) => eventIds))];
    const ready = readyOf(course, next, first.fromMs);
    if (ready < pods) {
      return refuted(
        `the endpoints changed when only ${count(ready, "pod")} of ${pods} of ${next} ${were(ready)} Ready`,
        evidence,
      );
    }
    if (!done) return neverSeen(`the endpoints never came to be ${count(pods, "pod")} of ${next} alone`, evidence);
    const tookMs = done.fromMs - Math.min(first.fromMs, left.fromMs);
    const last = answered(sentWithin(course, span)).findLast(({ release }) => release === old);
    // Kept connections still lead to the old pods, for as long as these pods live.
    const trail =
      last && last.sentMs > done.fromMs
        ? `; the last answer of ${old} was asked for ${duration(last.sentMs - done.fromMs)} later`
        : "";
    const sentence = `with ${count(ready, "pod")} of ${next} Ready the endpoints went from ${old} to ${next} within ${duration(tookMs)}${trail}${failuresIn(scene, span)}`;
    return tookMs <= AT_ONCE_MS ? held(sentence, evidence) : refuted(sentence, evidence);
  },
});

const releasesOf = (course: Course, span: EndpointSpan): string[] => [
  ...new Set(podsBehind(course, span).flatMap((pod) => pod?.release ?? [])),
];

/** The largest number of Ready pods of a release from an instant on, as long as the watches may be apart. */
function readyOf({ countsByRelease }: Course, release: string, atMs: number): number {
  const levels = countsByRelease.get(release)?.ready ?? [];
  return within(levels, { fromMs: atMs, untilMs: atMs + WAYS_APART_MS }).reduce(
    (most, { value }) => Math.max(most, value),
    0,
  );
}

const evidenceOf = (span: StepSpan, spans: readonly EndpointSpan[]): number[] => [
  span.startedId,
  ...(spans.at(-1)?.eventIds ?? []),
];

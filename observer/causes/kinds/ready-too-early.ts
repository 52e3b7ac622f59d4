import type { PodInterval } from "../../course/course.ts";
import { duration } from "../../words.ts";
import { firstFrom, othersHaveAlibis } from "../alibi.ts";
import type { CauseKind, Explanation, Rule } from "../cause.ts";
import { type Failure, isOnNewConnection } from "../failures.ts";
import { aftersMs, range } from "../group.ts";
import type { PodLife } from "../pod-lives.ts";
import { type Answer, endpointsAt, isCertain, maybe, type Scene } from "../scene.ts";
import { PROXY_LAG_MS } from "./no-endpoint.ts";

/*
 * A pod counted as Ready before its server could answer. Kubernetes takes a container without a readiness or a startup probe to
 * be Ready as soon as its process runs.
 *
 * Example: pod p is Ready at 10.2 s and gives its first answer at 18.3 s. Requests that fail in 10.2..18.3 s, refused or with
 * status 503, may have met it; one that fails at 19 s did not.
 *
 * Where no answer names its pod, nobody knows which was p's first. There only a refusal is told so, and only where no other pod was
 * there: if p is alone in the example, a refusal at 12 s is most likely p's, as no answer came from 10.2 s to 12 s and one did later.
 */

/** Ready is told up to this much later than it is so. */
const TOLD_WITHIN_MS = 1_200;
/** A pod that has not answered for so long after it became Ready is another matter. */
const LONGEST_START_MS = 120_000;

const STARTING_PROBES = ["readiness", "startup"];

/** Pods that are known to have no probe for their start: this cause is likelier than others. */
export const readyWithoutProbe: Rule = (failure, scene) =>
  tooEarly(
    failure,
    scene,
    ({ probes }) => probes !== undefined && !probes.some((one) => STARTING_PROBES.includes(one)),
  );

/** Any pod. */
export const readyTooEarlyRule: Rule = (failure, scene) => tooEarly(failure, scene, () => true);

function tooEarly(failure: Failure, scene: Scene, isIt: (life: PodLife) => boolean): Explanation | undefined {
  const { status } = failure;
  if (status !== undefined && status !== 503) return undefined;
  const explain = scene.namesPods ? byItsAnswers : byAnyAnswers;
  for (const life of scene.pods) {
    if (!isIt(life) || !maybe(failure, life)) continue;
    for (const ready of life.course.intervals) {
      const explanation = wasMet(ready, life, failure) ? explain(failure, scene, life, ready) : undefined;
      if (explanation) return explanation;
    }
  }
  return undefined;
}

/** Whether a pod was Ready when the request met it, for a time that the recording shows from its beginning. */
function wasMet(interval: PodInterval, { course }: PodLife, { sentMs, endMs, timedOut }: Failure): boolean {
  const { state, fromMs, untilMs } = interval;
  if (state !== "ready" || (course.listed && interval === course.intervals[0])) return false;
  // A connection that the node did not answer at once is asked for again, and may meet the pod only then.
  const metMs = timedOut ? sentMs : endMs;
  return metMs >= fromMs - TOLD_WITHIN_MS && sentMs < untilMs && metMs <= fromMs + LONGEST_START_MS;
}

/** The pod had not answered since it was Ready, by the answers that name it. */
function byItsAnswers(failure: Failure, scene: Scene, life: PodLife, ready: PodInterval): Explanation | undefined {
  const { answered, next } = answersAround(scene.answersOf(life.name), ready, failure);
  if (answered) return undefined;
  const then = next ? `${duration(next.endMs - ready.fromMs)} after it was Ready` : "never";
  return {
    certainty: isCertain(failure, scene, life) || othersHaveAlibis(failure, scene, life.name) ? "seen" : "inferred",
    because: `${life.name} was Ready and could not serve yet: its first answer came ${then}`,
    ...explained(failure, life, ready),
  };
}

/** No answer came since the pod was Ready, one came after the refusal, and no other pod can have given any of them. */
function byAnyAnswers(failure: Failure, scene: Scene, life: PodLife, ready: PodInterval): Explanation | undefined {
  if (failure.timedOut || !isOnNewConnection(failure) || !isAlone(failure, scene, life)) return undefined;
  const { answered, next } = answersAround(scene.answers, ready, failure);
  if (answered || !next || next.sentMs >= ready.untilMs) return undefined;
  const then = duration(next.endMs - ready.fromMs);
  return {
    certainty: "inferred",
    because: `${life.name} was Ready, and no other pod was there: the first answer came ${then} after it was Ready`,
    ...explained(failure, life, ready),
  };
}

/** Whether an answer came after a pod was Ready and before a request failed, and the first one after that. */
function answersAround(
  answers: readonly Answer[],
  { fromMs }: PodInterval,
  { endMs }: Failure,
): { readonly answered: boolean; readonly next: Answer | undefined } {
  const first = answers[firstFrom(answers, fromMs - TOLD_WITHIN_MS)];
  return {
    answered: first !== undefined && first.endMs <= endMs,
    next: answers[firstFrom(answers, endMs)],
  };
}

/** Whether a pod alone was in the endpoints, and every other one that ever was Ready had been gone for so long that nodes knew. */
function isAlone(failure: Failure, scene: Scene, life: PodLife): boolean {
  const there = endpointsAt(scene, failure.sentMs);
  const isGone = ({ course, goneMs = Number.POSITIVE_INFINITY }: PodLife) =>
    course.firstReady === undefined || goneMs + PROXY_LAG_MS <= failure.sentMs;
  return (
    isCertain(failure, scene, life) &&
    there?.terminating.length === 0 &&
    scene.pods.every((other) => other === life || isGone(other))
  );
}

const explained = ({ endMs }: Failure, { name }: PodLife, { fromMs, eventIds }: PodInterval) => ({
  evidence: eventIds.slice(0, 1),
  pod: name,
  afterMs: Math.max(0, endMs - fromMs),
});

export const readyTooEarly: CauseKind = {
  name: "ready-too-early",
  title: "Ready before it could serve",
  line: (group) => `met a pod ${range(aftersMs(group))} after it was Ready, before its first answer`,
  remedy: ({ members, scene }) => {
    const pod = scene.pods.find(({ name }) => name === members[0]?.explanation.pod);
    const has = pod?.probes?.some((one) => STARTING_PROBES.includes(one)) === true;
    return {
      field: "spec.template.spec.containers[].readinessProbe, .startupProbe",
      cover: has
        ? "a readiness probe that asks what users ask covers them"
        : "a readinessProbe, or a startupProbe, covers them",
    };
  },
};

import type { PodInterval } from "../../course/course.ts";
import { duration } from "../../words.ts";
import { othersHaveAlibis } from "../alibi.ts";
import type { CauseKind, Explanation, Rule } from "../cause.ts";
import type { Failure } from "../failures.ts";
import { aftersMs, range } from "../group.ts";
import type { PodLife } from "../pod-lives.ts";
import { isCertain, maybe, type Scene } from "../scene.ts";

/*
 * A pod counted as Ready before its server could answer. Kubernetes takes a container without a readiness or a startup probe to
 * be Ready as soon as its process runs.
 *
 * Example: pod p is Ready at 10.2 s and gives its first answer at 18.3 s. Requests that fail in 10.2..18.3 s, refused or with
 * status 503, may have met it; one that fails at 19 s did not.
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
  const { status, endMs } = failure;
  if (status !== undefined && status !== 503) return undefined;
  for (const life of scene.pods) {
    if (!isIt(life) || !maybe(failure, life)) continue;
    const ready = life.course.intervals.find((interval) => isBeforeAnswers(interval, failure, scene, life.name));
    if (!ready) continue;
    const first = scene.answersOf(life.name).find((answer) => answer.endMs >= endMs);
    const then = first ? `${duration(first.endMs - ready.fromMs)} after it was Ready` : "never";
    return {
      certainty: isCertain(failure, scene, life) || othersHaveAlibis(failure, scene, life.name) ? "seen" : "inferred",
      because: `${life.name} was Ready and could not serve yet: its first answer came ${then}`,
      evidence: ready.eventIds.slice(0, 1),
      pod: life.name,
      afterMs: Math.max(0, endMs - ready.fromMs),
    };
  }
  return undefined;
}

/** Whether a pod was Ready when the request met it, and had not answered since it was. */
function isBeforeAnswers(interval: PodInterval, failure: Failure, scene: Scene, pod: string): boolean {
  if (interval.state !== "ready") return false;
  const { fromMs, untilMs } = interval;
  const { sentMs, endMs, timedOut } = failure;
  // A connection that the node did not answer at once is asked for again, and may meet the pod only then.
  const metMs = timedOut ? sentMs : endMs;
  if (metMs < fromMs - TOLD_WITHIN_MS || sentMs >= untilMs || metMs > fromMs + LONGEST_START_MS) return false;
  return !scene.answersOf(pod).some((answer) => answer.endMs >= fromMs - TOLD_WITHIN_MS && answer.endMs <= endMs);
}

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

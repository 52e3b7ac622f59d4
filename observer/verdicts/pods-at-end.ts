import Type from "typebox";
import { KUBERNETES_TIME_STEP_MS } from "../course/cluster-clock.ts";
import type { PodCourse, StepSpan } from "../course/course.ts";
import { count, duration, figure, list } from "../words.ts";
import { held, refuted, refutedAtEnd, undecided } from "./finding.ts";
import type { Interpreter } from "./interpreter.ts";
import { COUNT, MILLISECONDS, STEP } from "./parameters.ts";
import { intervalAt, presentAt, stepOf } from "./scene.ts";

/** At the step's end so many pods are Ready, each soon enough after its creation. */
export const podsReady: Interpreter<"pods-ready"> = {
  parameters: { step: STEP, pods: COUNT, withinMs: MILLISECONDS },
  sources: ["pods"],
  decide: ({ step, pods, withinMs }, scene) => {
    const span = stepOf(scene, step);
    const present = presentAt(scene.course, span.untilMs);
    const ready = present.filter((pod) => isReadyAt(pod, span.untilMs));
    if (ready.length !== pods) {
      const others = present
        .filter((pod) => !ready.includes(pod))
        .map((pod) => `${pod.name} ${stateAt(pod, span.untilMs)}`);
      return refutedAtEnd(
        `at the end ${count(ready.length, "pod")} ${ready.length === 1 ? "is" : "are"} Ready, ${pods} were claimed${others.length > 0 ? ` (${list(others)})` : ""}`,
        [...endEvidence(present, span), ...ended(span)],
      );
    }
    const times = ready.map((pod) => ({ pod, ...readyAfter(pod) })).toSorted((a, b) => b.mostMs - a.mostMs);
    const [slowest] = times;
    const evidence = times.flatMap(({ pod }) => [
      pod.firstEventId,
      ...(pod.firstReady ? [pod.firstReady.eventId] : []),
    ]);
    const late = times.filter(({ leastMs }) => leastMs > withinMs);
    if (late.length > 0) {
      const names = late.map(({ pod, mostMs }) => `${pod.name} after ${duration(mostMs)}`);
      return refuted(`Ready later than ${duration(withinMs)} after creation: ${list(names)}`, evidence);
    }
    if (slowest && slowest.mostMs > withinMs) {
      return undecided(
        `pod ${slowest.pod.name} was Ready between ${duration(slowest.leastMs)} and ${duration(slowest.mostMs)} after its creation, which ${duration(withinMs)} does not part`,
        evidence,
      );
    }
    return held(
      `${count(ready.length, "pod")} Ready, the slowest ${duration(slowest?.mostMs ?? 0)} after its creation`,
      evidence,
    );
  },
};

/** Time from creation to Ready: by our own clock where both were seen, else by the cluster's whole seconds. */
function readyAfter(pod: PodCourse): { leastMs: number; mostMs: number } {
  const { firstReady } = pod;
  if (!firstReady) return { leastMs: 0, mostMs: Number.POSITIVE_INFINITY };
  const sinceMs = firstReady.sinceMs ?? firstReady.atMs;
  const leastMs = Math.max(0, sinceMs - pod.createdMs - KUBERNETES_TIME_STEP_MS);
  // A pod that came while we watched is seen within milliseconds; Ready was seen at the latest when it was seen.
  if (!pod.listed)
    return { leastMs: Math.min(leastMs, firstReady.atMs - pod.fromMs), mostMs: firstReady.atMs - pod.fromMs };
  return { leastMs, mostMs: sinceMs - pod.createdMs + KUBERNETES_TIME_STEP_MS };
}

/** Exactly these pods run at the step's end, so many of them from before. */
export const podsByRelease: Interpreter<"pods-by-release"> = {
  parameters: { step: STEP, pods: Type.Record(Type.String(), COUNT), survivors: COUNT },
  sources: ["pods"],
  decide: ({ step, pods, survivors }, scene) => {
    const span = stepOf(scene, step);
    const present = presentAt(scene.course, span.untilMs);
    const before = presentAt(scene.course, span.fromMs);
    const survived = present.filter((pod) => before.includes(pod));
    const ready = present.filter((pod) => isReadyAt(pod, span.untilMs));
    const numbers = byRelease(ready);
    const evidence = [...endEvidence(present, span), ...ended(span)];
    const isSame =
      ready.length === present.length &&
      survived.length === survivors &&
      [...new Set([...Object.keys(pods), ...numbers.keys()])].every(
        (release) => (numbers.get(release) ?? 0) === (pods[release] ?? 0),
      );
    const waiting = present.length - ready.length;
    const sentence = `${said(span)}${inWords(numbers, span)}${waiting > 0 ? `, ${count(waiting, "more pod is", "more pods are")} not Ready` : ""}, ${figure(survived.length)} of them from before`;
    if (isSame) return held(sentence, evidence);
    const claimed = inWords(new Map(Object.entries(pods).filter(([, number]) => number > 0)));
    return refutedAtEnd(`${sentence}; claimed: ${claimed}, ${survivors} from before`, evidence);
  },
};

/** What Pulumi claims for its part, as the pods may belie it. */
const said = ({ kind, outcome, release }: StepSpan): string =>
  kind === "up" && outcome === "succeeded" && release !== undefined ? `Pulumi says updated to ${release}, ` : "";

/** `2 pods run v2`; those that `still` run another release than the step asks for are called so. */
function inWords(
  numbers: ReadonlyMap<string, number>,
  { release: wanted }: { readonly release?: string } = {},
): string {
  const parts = [...numbers].toSorted(([a], [b]) => a.localeCompare(b));
  return parts.length === 0
    ? "no pod runs"
    : list(
        parts.map(([release, number]) => {
          const still = wanted === undefined || wanted === release ? "" : "still ";
          return `${count(number, "pod", "pods")} ${still}${number === 1 ? "runs" : "run"} ${release}`;
        }),
      );
}

const byRelease = (pods: readonly PodCourse[]): Map<string, number> =>
  new Map([...Map.groupBy(pods, ({ release }) => release)].map(([release, all]) => [release, all.length]));

/** Every pod is another one after the step, of the same release. */
export const configRollsPods: Interpreter<"config-rolls-pods"> = {
  parameters: { step: STEP },
  sources: ["pods"],
  decide: ({ step }, scene) => {
    const span = stepOf(scene, step);
    const before = presentAt(scene.course, span.fromMs);
    const after = presentAt(scene.course, span.untilMs);
    if (before.length === 0) return undecided("no pod was there before the step", [span.startedId]);
    const stayed = after.filter((pod) => before.includes(pod));
    const came = after.filter((pod) => !before.includes(pod));
    const evidence = [...endEvidence([...before, ...came], span), ...ended(span)];
    if (stayed.length > 0) {
      return refutedAtEnd(`${figure(stayed.length)} of ${count(before.length, "pod")} stayed as they were`, evidence);
    }
    const old = new Set(before.map(({ release }) => release));
    const other = came.filter(({ release }) => !old.has(release));
    if (other.length > 0)
      return refuted(`${count(other.length, "pod")} came with another release, ${other[0]?.release}`, evidence);
    const ready = came.filter((pod) => isReadyAt(pod, span.untilMs));
    const sentence = `${count(before.length, "pod was", "pods were")} replaced by ${figure(came.length)} of the same release, ${figure(ready.length)} of them Ready`;
    return came.length > 0 && ready.length === came.length
      ? held(sentence, evidence)
      : refutedAtEnd(sentence, evidence);
  },
};

const stateAt = (pod: PodCourse, atMs: number): string => intervalAt(pod, atMs)?.state ?? "gone";

const isReadyAt = (pod: PodCourse, atMs: number): boolean => stateAt(pod, atMs) === "ready";

const endEvidence = (pods: readonly PodCourse[], { untilMs }: StepSpan): number[] =>
  pods.flatMap((pod) => (intervalAt(pod, untilMs) ?? pod.intervals.at(-1))?.eventIds.slice(0, 1) ?? []);

const ended = ({ endedId }: StepSpan): number[] => (endedId === undefined ? [] : [endedId]);

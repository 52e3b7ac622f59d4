import type { ContainerEnd } from "../../course/containers.ts";
import { duration, howEnded } from "../../words.ts";
import type { CauseKind, Explanation, Group, Rule } from "../cause.ts";
import { type Failure, isUnanswered } from "../failures.ts";
import { waysOf } from "../group.ts";
import type { PodLife } from "../pod-lives.ts";
import { isCertain, maybe, type Scene } from "../scene.ts";
import { PROXY_LAG_MS } from "./no-endpoint.ts";

/*
 * A container ended that nobody asked to end: killed for its memory, by a failed liveness probe, or by its own fault. Requests
 * that it had are cut; later ones are refused until the node hears that the pod is not ready. A container that hangs fails
 * requests before its end: from its last answer on.
 *
 * Example: the cluster says that a container ended in second 126, the event of it comes at 127.4 s, and the endpoints are without
 * the pod from 127.5 s on. Requests that failed in 126.0..129.0 s may have met it: the node heard of it by 129.0 s.
 */

/** A container's end is told this much later at most, where the cluster does not say when it was. */
const TOLD_WITHIN_MS = 2_000;
/** Between a failed probe and the kill that follows. */
const KILLED_WITHIN_MS = 60_000;
const SLACK_MS = 100;

/** Requests at the time of an end, and those after it while the node still sent to the pod. */
export const containerEndedRule: Rule = (failure, scene) => {
  if (!isUnanswered(failure)) return undefined;
  for (const life of scene.pods) {
    // Nodes never sent to a pod that never was Ready.
    if (!maybe(failure, life) || life.course.firstReady === undefined) continue;
    const end = life.course.ends.find((one) => isAround(one, failure, scene, life));
    if (end) return explained(failure, scene, life, end);
  }
  return undefined;
};

/** When a container ended at the earliest, in ms since the recording's start. */
export const earliestEndMs = ({ finishedMs, atMs }: ContainerEnd): number => finishedMs ?? atMs - TOLD_WITHIN_MS;

function isAround(end: ContainerEnd, { sentMs, endMs, timedOut }: Failure, scene: Scene, life: PodLife): boolean {
  const fromMs = earliestEndMs(end);
  // A request that timed out as it ended was waiting for something else, unless it was sent after.
  if (timedOut ? sentMs < fromMs - SLACK_MS : endMs < fromMs - SLACK_MS) return false;
  return sentMs <= leftMs(scene, life.name, Math.max(fromMs, end.atMs - TOLD_WITHIN_MS)) + PROXY_LAG_MS;
}

/** When the endpoints were first without a pod, from an instant on. */
const leftMs = ({ course }: Scene, name: string, fromMs: number): number =>
  course.endpoints.find((span) => span.untilMs > fromMs && !span.ready.includes(name))?.fromMs ?? fromMs;

function explained(failure: Failure, scene: Scene, life: PodLife, end: ContainerEnd): Explanation {
  const kill = killBefore(end, life, scene);
  const way = kill ? "killed by its liveness probe" : wayOf(end);
  return {
    certainty: isCertain(failure, scene, life) ? "seen" : "inferred",
    because: `a container of ${life.name} ended: ${way}`,
    evidence: [...(kill ? [kill.eventId] : []), end.eventId],
    pod: life.name,
    way,
  };
}

const SIGKILLED = 137;

/** A container that is killed while nobody stops it was killed for its memory; not every runtime says so. */
function wayOf(end: ContainerEnd): string {
  if (end.oomKilled) return "killed for its memory";
  return end.exitCode === SIGKILLED ? "killed (exit code 137), most likely for its memory" : howEnded(end);
}

/** The kubelet's word that it killed the container for its probe: the last one before the end, and after the end before. */
function killBefore(end: ContainerEnd, { name, course, fromMs }: PodLife, { probings }: Scene) {
  const beginMs = course.ends.findLast(({ atMs }) => atMs < end.atMs)?.atMs ?? fromMs;
  return probings.findLast(
    ({ what, pod, atMs }) =>
      what === "killed" && pod === name && atMs > beginMs && atMs <= end.atMs && end.atMs - atMs < KILLED_WITHIN_MS,
  );
}

/** Requests that a container had which hung, until it was killed for that. */
export const hungRule: Rule = (failure, scene) => {
  if (!isUnanswered(failure)) return undefined;
  for (const kill of scene.probings) {
    if (kill.what !== "killed") continue;
    const life = scene.pods.findLast(({ name, fromMs }) => name === kill.pod && fromMs <= kill.atMs);
    if (!life || !maybe(failure, life)) continue;
    const failed = scene.probings.filter(
      ({ pod, what, atMs }) =>
        pod === kill.pod && what === "silent" && atMs <= kill.atMs && kill.atMs - atMs < KILLED_WITHIN_MS,
    );
    const hungMs = lastAnswerMs(scene, kill.pod, kill.atMs);
    const end = life.course.ends.find(({ atMs }) => atMs >= kill.atMs);
    const untilMs = end?.atMs ?? kill.atMs + KILLED_WITHIN_MS;
    if (failed.length === 0 || hungMs === undefined || failure.endMs < hungMs || failure.sentMs > untilMs) continue;
    return {
      certainty: isCertain(failure, scene, life) ? "seen" : "inferred",
      because: `${life.name} had stopped to answer ${duration(Math.max(0, failure.endMs - hungMs))} before, its probes too, and was killed for it`,
      evidence: [...failed.slice(0, 2).map(({ eventId }) => eventId), kill.eventId, ...(end ? [end.eventId] : [])],
      pod: life.name,
      way: "killed by its liveness probe",
    };
  }
  return undefined;
};

const lastAnswerMs = (scene: Scene, pod: string, atMs: number): number | undefined =>
  scene.answersOf(pod).findLast(({ endMs }) => endMs <= atMs)?.endMs;

export const containerEnded: CauseKind = {
  name: "container-ended",
  title: "container ended",
  line: (group) => `met a container that ended: ${waysOf(group).join("; ")}`,
  remedy,
};

function remedy(group: Group): ReturnType<CauseKind["remedy"]> {
  const [way = ""] = waysOf(group);
  if (way.includes("memory"))
    return {
      field: "spec.template.spec.containers[].resources.limits.memory",
      cover: "a limit above what it uses covers them; a leak reaches every limit",
    };
  if (way.includes("liveness"))
    return {
      field: "spec.template.spec.containers[].livenessProbe",
      cover: "a shorter periodSeconds x failureThreshold makes them fewer; the program's hang is what to mend",
    };
  return {
    cover: "nothing in the manifest covers them: the program ends by itself. A second pod takes the requests after it",
  };
}

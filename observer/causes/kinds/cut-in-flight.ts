import { endOf } from "../../course/requests.ts";
import { overlaps } from "../../course/span.ts";
import { greatest } from "../../statistics.ts";
import { duration } from "../../words.ts";
import type { CauseKind, Explanation, Group, Rule } from "../cause.ts";
import { type Failure, isUnanswered } from "../failures.ts";
import { waysOf } from "../group.ts";
import type { PodLife } from "../pod-lives.ts";
import { knownLife, type Scene } from "../scene.ts";

/*
 * A pod had a request and was ended before it could answer: by SIGKILL at the end of the grace period, by SIGTERM that its
 * program does not handle (exit code 143), or because the program exits without waiting for its answers.
 *
 * Example: the grace period is 4 s, an answer takes 6 s. A pod is deleted at 10 s and killed at 14 s. A request that it got at
 * 9 s is reset at 14 s, five seconds after it was sent and at the instant of the kill: cut in flight. One that is reset 1 ms
 * after it was sent was never taken: that is a refusal.
 */

/** A refusal takes less than this; what lived longer was taken by a server. */
const TAKEN_AFTER_MS = 30;
/** A program that exits by itself cuts off answers as well; a refusal is told within this time on a machine that is not starved. */
const SURELY_TAKEN_MS = 1_000;
const SLACK_MS = 200;
/** A kill may come this much before the end of the grace period, as times are whole seconds. */
const NEAR_MS = 1_000;

/** The kubelet ended the pod, or SIGTERM its program. */
export const killedInFlight: Rule = (failure, scene) => cut(failure, scene, wasKilled);

/** The program itself ended, and had not answered. */
export const leftInFlight: Rule = (failure, scene) =>
  wasTaken(failure, scene) ? cut(failure, scene, () => true) : undefined;

/**
 * Whether a server had surely taken the request. A starved machine tells refusals seconds late, so there only an answer that had
 * begun says so; rules that come after this one then decide.
 */
function wasTaken({ reached, lifeMs, sentMs, endMs }: Failure, { starvedSpans }: Scene): boolean {
  if (lifeMs < SURELY_TAKEN_MS) return false;
  return reached === "answer" || !starvedSpans.some((one) => overlaps(one, { fromMs: sentMs, untilMs: endMs }));
}

function cut(failure: Failure, scene: Scene, isIt: (life: PodLife) => boolean): Explanation | undefined {
  if (!isUnanswered(failure) || failure.timedOut || failure.lifeMs < TAKEN_AFTER_MS) return undefined;
  if (failure.reached === "nothing") return undefined;
  const { sentMs, endMs, lifeMs } = failure;
  const known = knownLife(failure, scene);
  const life = (known ? [known] : scene.pods).find((one) => {
    const { stopped, deletion } = one;
    if (!stopped || !deletion || !isIt(one)) return false;
    return endMs >= stopped.fromMs - SLACK_MS && endMs <= stopped.untilMs + SLACK_MS && sentMs < stopped.untilMs;
  });
  if (!life?.stopped || !life.deletion) return undefined;
  const way = wayOf(life);
  return {
    certainty: known || (wasKilled(life) && lifeMs >= SURELY_TAKEN_MS) ? "seen" : "inferred",
    because: `${life.name} ended ${duration(lifeMs)} after the request was sent: ${way}`,
    evidence: [life.deletion.eventId, life.stopped.eventId],
    pod: life.name,
    afterMs: lifeMs,
    way,
  };
}

/** Whether the kubelet ended it, and not the program itself. */
const wasKilled = (life: PodLife): boolean => life.stopped?.killed === true || atGraceEnd(life);

const atGraceEnd = ({ stopped, deletion }: PodLife): boolean =>
  stopped !== undefined && deletion?.killMs !== undefined && stopped.untilMs >= deletion.killMs - NEAR_MS;

function wayOf(life: PodLife): string {
  const { exitCode, killed } = life.stopped ?? {};
  if (exitCode === 143) return "killed by SIGTERM, which its program does not handle";
  if (exitCode === 137 || atGraceEnd(life)) return "killed at the end of its grace period";
  return killed ? "it failed as it stopped" : "it exited without answering";
}

export const cutInFlight: CauseKind = {
  name: "cut-in-flight",
  title: "cut in flight",
  line: (group) => `cut in flight as a pod ended: ${waysOf(group).join("; ")}${graceText(group)}`,
  remedy: (group) => {
    if (waysOf(group)[0]?.includes("SIGTERM"))
      return {
        field: "spec.template.spec.containers[].lifecycle.preStop",
        cover: "a program that ends its answers on SIGTERM covers them; so does a preStop wait longer than an answer",
      };
    const needed = Math.ceil(neededMs(group) / 1000);
    return {
      field: "spec.template.spec.terminationGracePeriodSeconds",
      cover: `terminationGracePeriodSeconds ${needed} covers them: the waits, and the longest answer`,
    };
  },
};

function graceText({ members, scene }: Group): string {
  const grace = scene.pods.find(({ name }) => name === members[0]?.explanation.pod)?.graceSeconds;
  return grace === undefined ? "" : ` (${grace} s)`;
}

/** The waits before the server closes, and the longest answer of the recording, or the longest life of those that were cut. */
function neededMs({ members, scene }: Group): number {
  const longest = greatest([
    0,
    ...scene.course.requests.filter(({ failed }) => !failed).map((one) => endOf(one) - one.sentMs),
    ...members.map(({ failure }) => failure.lifeMs),
  ]);
  const waits = scene.pods.map(({ preStopSeconds = 0, drainSeconds = 0 }) => (preStopSeconds + drainSeconds) * 1000);
  return Math.max(0, ...waits) + longest + NEAR_MS;
}

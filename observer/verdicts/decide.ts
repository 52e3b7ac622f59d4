import Type from "typebox";
import Value from "typebox/value";
import { UserError } from "../../common/user-error.ts";
import type { Course } from "../course/course.ts";
import type { Recording, RecordingHeader } from "../events.ts";
import { list } from "../words.ts";
import { doubtsOfMissingSteps, doubtsOfStep, doubtsWithin, weigh } from "./doubts.ts";
import { type Finding, inconclusive } from "./finding.ts";
import { allReadyTogether } from "./hypotheses/all-ready-together.ts";
import { answersEqualModel } from "./hypotheses/answers-equal-model.ts";
import { configRollsPods } from "./hypotheses/config-rolls-pods.ts";
import { crashRestarted } from "./hypotheses/crash-restarted.ts";
import { hangKilled } from "./hypotheses/hang-killed.ts";
import { imageNotPulled } from "./hypotheses/image-not-pulled.ts";
import type { Hypothesis } from "./hypotheses/index.ts";
import { latencyRises } from "./hypotheses/latency-rises.ts";
import { neverBothReady } from "./hypotheses/never-both-ready.ts";
import { noFailedRequests } from "./hypotheses/no-failed-requests.ts";
import { noRestarts } from "./hypotheses/no-restarts.ts";
import { notServedBeforeReady } from "./hypotheses/not-served-before-ready.ts";
import { nothingChanges } from "./hypotheses/nothing-changes.ts";
import { oomKilled } from "./hypotheses/oom-killed.ts";
import { podsAtMost } from "./hypotheses/pods-at-most.ts";
import { podsByRelease } from "./hypotheses/pods-by-release.ts";
import { podsReady } from "./hypotheses/pods-ready.ts";
import { qosClass } from "./hypotheses/qos-class.ts";
import { readyAtLeast } from "./hypotheses/ready-at-least.ts";
import { rolloutStopped } from "./hypotheses/rollout-stopped.ts";
import { someFailedRequests } from "./hypotheses/some-failed-requests.ts";
import { startsWhileStopping } from "./hypotheses/starts-while-stopping.ts";
import { switchedWhenReady } from "./hypotheses/switched-when-ready.ts";
import { throttled } from "./hypotheses/throttled.ts";
import { trafficShare } from "./hypotheses/traffic-share.ts";
import { unreadyNotRestarted } from "./hypotheses/unready-not-restarted.ts";
import type { Interpreter, Kind, Scene } from "./interpreter.ts";
import type { Verdict } from "./verdict.ts";

/** One interpreter for every kind of hypothesis; a kind without one does not compile. */
const INTERPRETERS: { readonly [K in Kind]: Interpreter<K> } = {
  "pods-ready": podsReady,
  "image-not-pulled": imageNotPulled,
  "answers-equal-model": answersEqualModel,
  "qos-class": qosClass,
  "no-failed-requests": noFailedRequests,
  "some-failed-requests": someFailedRequests,
  "nothing-changes": nothingChanges,
  "oom-killed": oomKilled,
  "no-restarts": noRestarts,
  throttled,
  "latency-rises": latencyRises,
  "not-served-before-ready": notServedBeforeReady,
  "hang-killed": hangKilled,
  "crash-restarted": crashRestarted,
  "unready-not-restarted": unreadyNotRestarted,
  "pods-by-release": podsByRelease,
  "all-ready-together": allReadyTogether,
  "ready-at-least": readyAtLeast,
  "pods-at-most": podsAtMost,
  "starts-while-stopping": startsWhileStopping,
  "never-both-ready": neverBothReady,
  "rollout-stopped": rolloutStopped,
  "switched-when-ready": switchedWhenReady,
  "config-rolls-pods": configRollsPods,
  "traffic-share": trafficShare,
};

/** Every kind of hypothesis that can be decided. */
export const KINDS = Object.keys(INTERPRETERS) as readonly Kind[];

/**
 * Decides every hypothesis of a recording from its events alone; `course` is the recording's own.
 * @throws {UserError} where the header's hypotheses make no sense.
 */
export function decide(recording: Recording, course: Course): Verdict[] {
  const hypotheses = recording.header.hypotheses.map((raw) => readHypothesis(raw, recording.header));
  const scene = { recording, course, hypotheses };
  return hypotheses.map((hypothesis) => {
    const { outcome, sentence, evidence } = decideOne(hypothesis, scene);
    return {
      hypothesis: hypothesis.id,
      claim: hypothesis.claim,
      outcome,
      sentence: `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}.`,
      evidence: [...new Set(evidence)].toSorted((a, b) => a - b),
    };
  });
}

function decideOne(hypothesis: Hypothesis, scene: Scene): Finding {
  // The kind picks the interpreter of that very kind, which the type checker cannot follow through a union.
  const interpreter = INTERPRETERS[hypothesis.kind] as Interpreter<Kind>;
  const steps = [
    ...("step" in hypothesis ? [hypothesis.step] : []),
    ...("comparedTo" in hypothesis ? [hypothesis.comparedTo] : []),
  ];
  const spans = scene.course.steps.filter(({ step }) => steps.length === 0 || steps.includes(step));
  const missing = steps.filter((step) => !spans.some((span) => span.step === step));
  if (missing.length > 0) return inconclusive(`step ${list(missing)} is not in the recording`, []);
  const whole = { fromMs: 0, untilMs: scene.course.endMs };
  const doubts = [
    ...(steps.length === 0 ? doubtsOfMissingSteps(scene) : []),
    ...spans.flatMap((span) => doubtsOfStep(span, scene.hypotheses)),
    ...(steps.length === 0 ? [whole] : spans).flatMap((span) => doubtsWithin(scene, span, interpreter)),
  ];
  return weigh(interpreter.decide(hypothesis as never, scene), doubts, scene);
}

function readHypothesis(raw: RecordingHeader["hypotheses"][number], { experiment }: RecordingHeader): Hypothesis {
  const what = `hypothesis ${raw.id} of the recording of ${experiment}`;
  const kind = KINDS.find((one) => one === raw.kind);
  if (!kind) {
    throw new UserError(
      `${what}: unknown kind ${JSON.stringify(raw.kind)}, known are ${KINDS.join(", ")}; report it by the version of the lab that recorded it`,
    );
  }
  const { parameters } = INTERPRETERS[kind];
  const schema = Type.Object({ id: Type.String(), claim: Type.String(), kind: Type.Literal(kind), ...parameters });
  const [wrong] = Value.Errors(schema, raw);
  if (wrong) {
    throw new UserError(
      `${what}: ${wrong.instancePath || kind} ${wrong.message}, got ${JSON.stringify(raw)}; report it by the version of the lab that recorded it`,
    );
  }
  return raw as unknown as Hypothesis;
}

import type { Hypothesis } from "../../stacks/hypothesis.ts";
import type { PodCourse, StepSpan } from "../course.ts";
import type { Gap } from "../events.ts";
import { count, duration } from "../figures.ts";
import type { Finding } from "./finding.ts";
import type { Scene, Span } from "./scene.ts";

/** A reason not to trust a finding, and what it can undo. */
export type Doubt = {
  readonly why: string;
  readonly evidence: readonly number[];
  readonly undoes: readonly ("held" | Finding["by"])[];
};

/** Reasons that lie in a part of the recording: gaps of the sources that matter, and restarts that nobody asked for. */
export function doubtsWithin(
  scene: Scene,
  span: Span,
  { sources, aboutRestarts }: { sources: readonly Gap["source"][]; aboutRestarts?: true },
): Doubt[] {
  const gaps = scene.course.gaps
    .filter((gap) => sources.includes(gap.source) && gap.fromMs < span.untilMs && gap.untilMs > span.fromMs)
    .map(
      (gap): Doubt => ({
        why: `${NAMES[gap.source]} for ${duration(gap.untilMs - gap.fromMs)} (${gap.why})`,
        evidence: [gap.id],
        undoes: gap.untilMs >= span.untilMs ? ["held", "absence", "end"] : ["held", "absence"],
      }),
    );
  return aboutRestarts ? gaps : [...gaps, ...unplannedRestarts(scene, span)];
}

const NAMES: Readonly<Record<Gap["source"], string>> = {
  pods: "the watch of pods saw nothing",
  owners: "the watch of Deployments and ReplicaSets saw nothing",
  endpoints: "the watch of endpoints saw nothing",
  "kubernetes-events": "the watch of Kubernetes events saw nothing",
  load: "requests were not sent as they were due",
  metrics: "containers were not measured",
};

function unplannedRestarts(scene: Scene, span: Span): Doubt[] {
  return scene.course.pods.flatMap((pod) => {
    const restarts = pod.restarts.filter(
      ({ atMs }) => atMs >= span.fromMs && atMs < span.untilMs && !isPlanned(scene, pod, atMs),
    );
    if (restarts.length === 0) return [];
    const reason = restarts[0]?.end?.reason;
    return [
      {
        why: `pod ${pod.name} restarted ${count(restarts.length, "time")} unasked${reason ? ` (${reason})` : ""}`,
        evidence: restarts.map(({ eventId }) => eventId),
        undoes: ["held", "absence"],
      },
    ];
  });
}

/**
 * Whether a restart of a pod is what some hypothesis is about: one of the step in which it happens, or of the step in which
 * the pod was made, whose fault goes on until the pod is replaced.
 */
export function isPlanned({ course, hypotheses }: Scene, pod: PodCourse, restartMs: number): boolean {
  const steps = [restartMs, pod.createdMs].map(
    (atMs) => course.steps.find(({ fromMs, untilMs }) => fromMs <= atMs && atMs < untilMs)?.step,
  );
  return hypotheses.some((one) => {
    switch (one.kind) {
      case "oom-killed":
      case "hang-killed":
      case "crash-restarted":
        return steps.includes(one.step);
      case "rollout-stopped":
        return steps.includes(one.step) && one.keeps !== pod.release;
      default:
        return false;
    }
  });
}

/** Reasons that lie in how a step ended. */
export function doubtsOfStep(span: StepSpan, hypotheses: readonly Hypothesis[]): Doubt[] {
  const evidence = [span.endedId ?? span.startedId];
  switch (span.outcome) {
    case "succeeded":
      return [];
    case "interrupted":
      return [{ why: `step ${span.step} was interrupted`, evidence, undoes: ["held", "absence", "end"] }];
    case "unfinished":
      return [{ why: `the recording ends within step ${span.step}`, evidence, undoes: ["held", "absence", "end"] }];
    case "failed": {
      const meantTo = hypotheses.some((one) => one.kind === "rollout-stopped" && one.step === span.step);
      // A failed operation was yet observed to its end: what did not happen did not happen.
      return meantTo ? [] : [{ why: `step ${span.step} failed`, evidence, undoes: ["held"] }];
    }
  }
}

/** Reasons that lie in steps that are not there at all, for claims about the whole recording. */
export function doubtsOfMissingSteps({ recording, course }: Scene): Doubt[] {
  const missing = recording.header.steps.filter(({ id }) => !course.steps.some(({ step }) => step === id));
  return missing.map(({ id }) => ({
    why: `step ${id} is not in the recording`,
    evidence: [],
    undoes: ["held", "absence"],
  }));
}

/** Weighs a finding: what a doubt can undo becomes inconclusive, and the doubts say why. */
export function weigh(finding: Finding, doubts: readonly Doubt[]): Finding {
  const standing = finding.outcome === "held" ? "held" : finding.by;
  const undoing =
    finding.outcome === "inconclusive" ? doubts : doubts.filter(({ undoes }) => undoes.includes(standing));
  if (undoing.length === 0) return finding;
  return {
    ...finding,
    outcome: "inconclusive",
    sentence: `${finding.sentence}, but ${undoing.map(({ why }) => why).join(", and ")}`,
    evidence: [...finding.evidence, ...undoing.flatMap(({ evidence }) => evidence)],
  };
}

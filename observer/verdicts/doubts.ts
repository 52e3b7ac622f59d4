import type { PodCourse, StepSpan } from "../course/course.ts";
import { isWithin, overlaps, type Span } from "../course/span.ts";
import { stepAt } from "../course/step-spans.ts";
import type { Event, Gap, Recording } from "../events.ts";
import { count, duration } from "../words.ts";
import type { Finding } from "./finding.ts";
import type { Kind, Meant, Scene } from "./kind.ts";

/** A reason not to trust a finding, and what it can undo. */
export type Doubt = {
  readonly why: string;
  readonly evidence: readonly number[];
  readonly undoes: readonly ("held" | Finding["by"])[];
  /** Events whose time and order are not those of what they tell: a refutation that cites one of them is undone as well. */
  readonly late?: readonly number[];
};

/** Reasons that lie in a part of the recording: gaps of the sources that matter, and restarts that nobody asked for. */
export function doubtsWithin(
  scene: Scene,
  span: Span,
  { sources, aboutRestarts }: Pick<Kind, "sources" | "aboutRestarts">,
): Doubt[] {
  const gaps = scene.course.gaps
    .filter((gap) => sources.includes(gap.source) && overlaps(gap, span))
    .map(
      (gap): Doubt => ({
        why: `${(gap.toldLate ? LATE : NAMES)[gap.source]} for ${duration(gap.untilMs - gap.fromMs)} (${gap.why})`,
        evidence: [gap.id],
        undoes: hidesAnEnd(gap, span) ? ["held", "absence", "end"] : ["held", "absence"],
        ...(gap.toldLate && { late: watchedWithin(scene, gap) }),
      }),
    );
  return aboutRestarts ? gaps : [...gaps, ...unplannedRestarts(scene, span)];
}

/** Whether a gap leaves the state at the span's end unknown, or that at its start, with which kinds compare it. */
const hidesAnEnd = ({ fromMs, untilMs, toldLate }: Gap, span: Span): boolean =>
  untilMs >= span.untilMs || (toldLate === true && fromMs <= span.fromMs);

const NAMES: Readonly<Record<Gap["source"], string>> = {
  pods: "the watch of pods saw nothing",
  owners: "the watch of Deployments and ReplicaSets saw nothing",
  endpoints: "the watch of endpoints saw nothing",
  "kubernetes-events": "the watch of Kubernetes events saw nothing",
  load: "requests were not sent as they were due",
  metrics: "containers were not measured",
  clock: "the cluster's clock was not known",
};

/** Where what was told in the gap may have happened anywhere in it. */
const LATE: typeof NAMES = {
  ...NAMES,
  pods: "the watch of pods was not proven current",
  owners: "the watch of Deployments and ReplicaSets was not proven current",
  endpoints: "the watch of endpoints was not proven current",
  "kubernetes-events": "the watch of Kubernetes events was not proven current",
};

const WATCHED = new Set<Event["type"]>(["pod", "owner", "endpoints", "kubernetes-event"]);

/**
 * What the watches told within a span and at its end, whichever of them was late: where two of them are held against each
 * other, one that is late makes the other tell a wrong story.
 */
const watchedWithin = ({ recording }: Scene, { fromMs, untilMs }: Span): number[] =>
  recording.events
    .filter(({ type, atMs }) => WATCHED.has(type) && atMs >= fromMs && atMs <= untilMs)
    .map(({ id }) => id);

function unplannedRestarts(scene: Scene, span: Span): Doubt[] {
  return scene.course.pods.flatMap((pod) => {
    const restarts = pod.restarts.filter(({ atMs }) => isWithin(atMs, span) && !isMeant(scene, pod, atMs));
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
 * Whether a restart of a pod is what some hypothesis claims: one of the step in which it happens, or of the step in which
 * the pod was made, whose fault goes on until the pod is replaced.
 */
export function isMeant({ course, meant }: Scene, pod: PodCourse, restartMs: number): boolean {
  const steps = [restartMs, pod.createdMs].map((atMs) => stepAt(course.steps, atMs)?.step);
  return meant.restarts.some(({ step, areOf }) => steps.includes(step) && areOf(pod));
}

/** Reasons that lie in how a step ended. */
export function doubtsOfStep(span: StepSpan, { failures }: Meant): Doubt[] {
  const evidence = [span.endedId ?? span.startedId];
  switch (span.outcome) {
    case "succeeded":
      return [];
    case "interrupted":
      return [{ why: `step ${span.step} was interrupted`, evidence, undoes: ["held", "absence", "end"] }];
    case "unfinished":
      return [{ why: `the recording ends within step ${span.step}`, evidence, undoes: ["held", "absence", "end"] }];
    case "failed":
      // A failed operation was yet observed to its end: what did not happen did not happen.
      return failures.includes(span.step) ? [] : [{ why: `step ${span.step} failed`, evidence, undoes: ["held"] }];
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
export function weigh(finding: Finding, doubts: readonly Doubt[], { recording }: Pick<Scene, "recording">): Finding {
  const standing = finding.outcome === "held" ? "held" : finding.by;
  const isLate = standing === "witness" && restsOnLateEvents(finding, doubts, recording);
  const undoing =
    finding.outcome === "inconclusive"
      ? doubts
      : doubts.filter(({ undoes, late }) => undoes.includes(standing) || (isLate && late));
  if (undoing.length === 0) return finding;
  return {
    ...finding,
    outcome: "inconclusive",
    sentence: `${finding.sentence}, but ${undoing.map(({ why }) => why).join(", and ")}`,
    evidence: [...finding.evidence, ...undoing.flatMap(({ evidence }) => evidence)],
  };
}

/** A refutation by what was told late may be one by the order in which it was told; what Pulumi says it did is not. */
function restsOnLateEvents({ evidence }: Finding, doubts: readonly Doubt[], { events }: Recording): boolean {
  const late = new Set(doubts.flatMap((doubt) => doubt.late ?? []));
  if (!evidence.some((id) => late.has(id))) return false;
  const cited = new Set(evidence);
  return !events.some(({ id, type }) => type === "engine" && cited.has(id));
}

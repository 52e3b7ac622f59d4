import type { PodCourse, StepSpan } from "../course/course.ts";
import { isWithin, overlaps, type Span } from "../course/span.ts";
import { stepAt } from "../course/step-spans.ts";
import type { Event, Gap, Recording } from "../events.ts";
import { count, duration } from "../words.ts";
import { ends, idsOf } from "./evidence.ts";
import type { Finding } from "./finding.ts";
import type { Kind, Meant, Scene } from "./kind.ts";
import { controlLosses, starvedWords, surroundingsIn } from "./starvation.ts";

/**
 * A reason not to trust a finding, and the findings that it undoes. An undone finding becomes inconclusive.
 *
 * A finding rests on what was seen, and a doubt says what may be missing from it. So the same gap undoes one finding and not
 * another. Example: a step in 12..36 s, and no events of pods in 20..22 s.
 * | finding | verdict | reason |
 * |---|---|---|
 * | held: at most 3 pods existed | inconclusive | there may have been 4 at 21 s |
 * | refuted by a witness: 4 pods existed at 15 s | refuted | nothing in the gap makes them fewer |
 * | refuted by absence: no pod became Ready | inconclusive | one may have been Ready at 21 s |
 * | refuted at the end: 1 pod of 2 is Ready at 36 s | refuted | the state at 36 s is known |
 *
 * A gap in 30..40 s would undo the last one as well: it hides the step's end.
 */
export type Doubt = {
  readonly why: string;
  readonly evidence: readonly number[];
  /** `held`: findings by which the claim holds; the others: refutations that rest on this, see `Finding`. */
  readonly undoes: readonly ("held" | Finding["by"])[];
  /** Ids of events that came late, so that their times and order may be wrong. A refutation that cites one is undone too. */
  readonly late?: readonly number[];
};

/** Doubts from a part of the recording: gaps of the kind's sources, and restarts that no hypothesis claims. */
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
  return [...gaps, ...unplannedEnds(scene, span), ...(aboutRestarts ? [] : unplannedRestarts(scene, span))];
}

/** Whether a gap hides the state at the span's end, or, by late events, that at its start, with which kinds compare the end. */
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

/** Names of the gaps in which events came late: they may have happened at any time within the gap. */
const LATE: typeof NAMES = {
  ...NAMES,
  pods: "the watch of pods was not proven current",
  owners: "the watch of Deployments and ReplicaSets was not proven current",
  endpoints: "the watch of endpoints was not proven current",
  "kubernetes-events": "the watch of Kubernetes events was not proven current",
};

const WATCHED = new Set<Event["type"]>(["pod", "owner", "endpoints", "kubernetes-event"]);

/**
 * Ids of the events of all watches within a span, its end included. If one watch is late, events of the others are in doubt too,
 * since kinds compare one watch with another: late endpoints seem to name a pod that is gone.
 */
const watchedWithin = ({ recording }: Scene, { fromMs, untilMs }: Span): number[] =>
  recording.events
    .filter(({ type, atMs }) => WATCHED.has(type) && atMs >= fromMs && atMs <= untilMs)
    .map(({ id }) => id);

/** A doubt for each pod with restarts that no hypothesis claims: what was seen may come from them. */
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

/** A doubt for each pod that failed, was evicted or completed in a span: what was seen may come from that. */
const unplannedEnds = ({ course }: Scene, span: Span): Doubt[] =>
  course.pods.flatMap(({ name, ended }) =>
    ended && isWithin(ended.atMs, span)
      ? [
          {
            why: `pod ${name} ended by itself (${ended.reason})`,
            evidence: [ended.eventId],
            undoes: ["held", "absence"],
          },
        ]
      : [],
  );

/**
 * Whether some hypothesis claims a restart of a pod. It may be a hypothesis of the step in which the restart happens, or of the
 * step that created the pod: a faulty pod goes on restarting in later steps until it is replaced.
 */
export function isMeant({ course, meant }: Scene, pod: PodCourse, restartMs: number): boolean {
  const steps = [restartMs, pod.createdMs].map((atMs) => stepAt(course.steps, atMs)?.step);
  return meant.restarts.some(({ step, areOf }) => steps.includes(step) && areOf(pod));
}

/**
 * The doubt that others took the CPU from everything in a span. It undoes every finding: what fails, comes late or lasts may come
 * from them, and what goes well is not proven for a machine of its own. `ofStep` gives the step whose control is looked at.
 */
export function doubtsOfStarvation(scene: Scene, span: Span, ofStep?: StepSpan): Doubt[] {
  const around = surroundingsIn(scene.recording, span);
  const words = around && starvedWords(around);
  if (!around || !words) return [];
  const why = `${words}${ofStep ? controlLosses(scene, ofStep) : ""}`;
  return [{ why, evidence: ends(idsOf(around.samples)), undoes: ["held", "witness", "absence", "end"] }];
}

/** Doubts from the outcome of a step. */
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
      // A failed step was observed to its end, so a refutation by absence stands.
      return failures.includes(span.step) ? [] : [{ why: `step ${span.step} failed`, evidence, undoes: ["held"] }];
  }
}

/** Doubts from steps that the header lists and the recording does not contain, for hypotheses about the whole recording. */
export function doubtsOfMissingSteps({ recording, course }: Scene): Doubt[] {
  const missing = recording.header.steps.filter(({ id }) => !course.steps.some(({ step }) => step === id));
  return missing.map(({ id }) => ({
    why: `step ${id} is not in the recording`,
    evidence: [],
    undoes: ["held", "absence"],
  }));
}

/**
 * Weighs a finding against doubts. A finding that any doubt undoes becomes inconclusive, and these doubts join its sentence and
 * its evidence. A finding that is inconclusive already takes on all doubts.
 */
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

/**
 * Whether a refutation may come only from a wrong order of late events. It does not if it also cites an operation of Pulumi's
 * engine, whose time is certain.
 */
function restsOnLateEvents({ evidence }: Finding, doubts: readonly Doubt[], { events }: Recording): boolean {
  const late = new Set(doubts.flatMap((doubt) => doubt.late ?? []));
  if (!evidence.some((id) => late.has(id))) return false;
  const cited = new Set(evidence);
  return !events.some(({ id, type }) => type === "engine" && cited.has(id));
}

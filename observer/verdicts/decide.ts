import type { Course, StepSpan } from "../course/course.ts";
import type { Span } from "../course/span.ts";
import type { Recording } from "../events.ts";
import { list } from "../words.ts";
import { doubtsOfMissingSteps, doubtsOfStarvation, doubtsOfStep, doubtsWithin, weigh } from "./doubts.ts";
import { type Finding, inconclusive } from "./finding.ts";
import { type Hypothesis, kindOf, stepsNamedBy } from "./hypotheses/index.ts";
import type { Meant, Scene } from "./kind.ts";
import { readHypotheses } from "./read-hypotheses.ts";
import type { Verdict } from "./verdict.ts";

/**
 * Decides the hypotheses of a recording, in the header's order. `course` is the course of this recording.
 *
 * For each of them its kind makes a finding from what the recording shows, `doubts.ts` collects reasons not to trust the
 * recording, and `weigh` makes the verdict of both.
 * @throws {UserError} where a hypothesis of the header is of an unknown kind or has wrong parameters.
 */
export function decide(recording: Recording, course: Course): Verdict[] {
  const hypotheses = readHypotheses(recording.header);
  const scene = { recording, course, meant: meantBy(hypotheses) };
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

/** Collects from all hypotheses which restarts and failures are claimed, so that they disturb no other hypothesis. */
function meantBy(hypotheses: readonly Hypothesis[]): Meant {
  const ofSteps = hypotheses.flatMap((hypothesis) =>
    stepsNamedBy(hypothesis).map((step) => ({ step, hypothesis, kind: kindOf(hypothesis) })),
  );
  return {
    restarts: ofSteps.map(({ step, hypothesis, kind }) => ({
      step,
      areOf: (pod) => kind.meansRestarts?.(hypothesis, pod) ?? false,
    })),
    failures: ofSteps.filter(({ kind }) => kind.meansFailure).map(({ step }) => step),
  };
}

/**
 * The finding of a hypothesis, weighed against the doubts of its steps. A hypothesis that names no step is about the whole
 * recording.
 */
function decideOne(hypothesis: Hypothesis, scene: Scene): Finding {
  const kind = kindOf(hypothesis);
  const steps = stepsNamedBy(hypothesis);
  const spans = scene.course.steps.filter(({ step }) => steps.length === 0 || steps.includes(step));
  const missing = steps.filter((step) => !spans.some((span) => span.step === step));
  if (missing.length > 0) return inconclusive(`step ${list(missing)} is not in the recording`, []);
  const whole = { fromMs: 0, untilMs: scene.course.endMs };
  const doubts = [
    ...(steps.length === 0 ? doubtsOfMissingSteps(scene) : []),
    ...spans.flatMap((span) => doubtsOfStep(span, scene.meant)),
    ...(steps.length === 0 ? [whole] : spans).flatMap((span) => doubtsWithin(scene, span, kind)),
    ...(kind.whateverTheCpu ? [] : starvation(scene, steps.length === 0 ? [whole] : spans)),
  ];
  return weigh(kind.decide(hypothesis, scene), doubts, scene);
}

const starvation = (scene: Scene, spans: readonly (Span | StepSpan)[]) =>
  spans.flatMap((span) => doubtsOfStarvation(scene, span, "step" in span ? span : undefined));

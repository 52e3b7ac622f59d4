import Type, { type TSchema } from "typebox";
import type { Course, StepSpan } from "../course/course.ts";
import type { Gap, Recording } from "../events.ts";
import type { Finding } from "./finding.ts";
import type { Hypothesis } from "./hypotheses/index.ts";

/** Names of the kinds of hypotheses. */
export type Kind = Hypothesis["kind"];

/** A hypothesis of one kind. */
type HypothesisOf<K extends Kind> = Extract<Hypothesis, { kind: K }>;

/** How one kind of hypothesis is read and decided. */
export type Interpreter<K extends Kind> = {
  /** Schema of each parameter: a recording is data from a disk, maybe of another version. */
  readonly parameters: Readonly<Record<Exclude<keyof HypothesisOf<K>, "id" | "claim" | "kind">, TSchema>>;
  /** Sources whose gaps may hide what would decide it. */
  readonly sources: readonly Gap["source"][];
  /** Whether it is itself about containers that restart, so that one is no disturbance. */
  readonly aboutRestarts?: true;
  readonly decide: (hypothesis: HypothesisOf<K>, scene: Scene) => Finding;
};

/** What an interpreter looks at. */
export type Scene = {
  readonly recording: Recording;
  readonly course: Course;
  /** All hypotheses of the recording: they say which restarts and failures were meant to be. */
  readonly hypotheses: readonly Hypothesis[];
};

/** The step's span; interpreters run only where the step is in the recording. */
export function stepOf({ course }: Scene, id: string): StepSpan {
  const span = course.steps.find(({ step }) => step === id);
  if (!span) throw new Error(`step ${id} is not in the recording`);
  return span;
}

/** Id of a step. */
export const STEP = Type.String({ minLength: 1 });

/** Name of a release. */
export const RELEASE = Type.String({ minLength: 1 });

/** A number of pods or times. */
export const COUNT = Type.Integer({ minimum: 0 });

/** A duration in milliseconds. */
export const MILLISECONDS = Type.Number({ minimum: 0 });

/** A share of 0..1. */
export const SHARE = Type.Number({ minimum: 0, maximum: 1 });

/** A factor or a difference. */
export const NOT_NEGATIVE = Type.Number({ minimum: 0 });

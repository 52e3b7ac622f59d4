import Type, { type Static, type TObject, type TProperties } from "typebox";
import type { Course, PodCourse, StepSpan } from "../course/course.ts";
import type { Gap, Recording } from "../events.ts";
import type { Finding } from "./finding.ts";

/**
 * A kind of hypothesis: what can be claimed of a rollout, and how a recording decides it. The name by which an experiment
 * claims it is that of its file, see hypotheses/index.ts.
 */
export type Kind<Parameters extends TProperties = TProperties> = {
  /** Schema of each parameter beside id, claim and kind: a recording is data from a disk, maybe of another version. */
  readonly parameters: Parameters;
  /** Sources whose gaps may hide what would decide it. */
  readonly sources: readonly Gap["source"][];
  /**
   * Its part in a report's answer: that of the `question` of its experiment; what `users` saw, which closes an answer; or a
   * `routine` that every experiment needs, and that answers no question of its own.
   */
  readonly role: "question" | "users" | "routine";
  /** It is itself about containers that restart, so that a restart is no doubt. */
  readonly aboutRestarts?: true;
  /** Whether restarts of a pod of its step are what it claims, so that they are no doubt for the other hypotheses. */
  meansRestarts?(claimed: ParametersOf<Parameters>, pod: PodCourse): boolean;
  /** It claims that its step fails, so that a failure is no doubt. */
  readonly meansFailure?: true;
  /** Decides by the events alone; gaps and interruptions are weighed elsewhere. Its steps are in the recording. */
  decide(claimed: ParametersOf<Parameters>, scene: Scene): Finding;
};

/** The parameters of a hypothesis, by the schemas of its kind. */
export type ParametersOf<Parameters extends TProperties> = Readonly<Static<TObject<Parameters>>>;

/** Checks a kind against its own parameters' types; returns it as it is. */
export const defineKind = <Parameters extends TProperties>(kind: Kind<Parameters>): Kind<Parameters> => kind;

/** What a kind looks at. */
export type Scene = {
  readonly recording: Recording;
  /** The recording's own course. */
  readonly course: Course;
  readonly meant: Meant;
};

/** What the hypotheses of a recording claim to happen though it would else be a disturbance. */
export type Meant = {
  /** Restarts of pods, by the step in which they happen or in which the pod was made. */
  readonly restarts: readonly { readonly step: string; readonly areOf: (pod: PodCourse) => boolean }[];
  /** Steps that are to fail. */
  readonly failures: readonly string[];
};

/** The step's span; kinds decide only where the step is in the recording. */
export function stepOf({ course }: Scene, id: string): StepSpan {
  const span = course.steps.find(({ step }) => step === id);
  if (!span) throw new Error(`step ${id} is not in the recording`);
  return span;
}

/** Id of a step of the experiment. */
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

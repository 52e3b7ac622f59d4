import Type, { type Static, type TObject, type TProperties } from "typebox";
import type { Course, PodCourse, StepSpan } from "../course/course.ts";
import type { Gap, Recording } from "../events.ts";
import type { Finding } from "./finding.ts";

/**
 * A kind of hypothesis: what an experiment can claim of a rollout, and how a recording decides it. Its name is that of its file,
 * see hypotheses/index.ts.
 */
export type Kind<Parameters extends TProperties = TProperties> = {
  /**
   * Schema of each parameter beside id, claim and kind. It is checked, as a recording may come from another version of the lab.
   */
  readonly parameters: Parameters;
  /** Sources whose gaps may hide what decides the hypothesis. */
  readonly sources: readonly Gap["source"][];
  /**
   * Its part in a report's answer. `question`: it answers the question of its experiment. `users`: it says what users saw, with
   * which an answer ends. `routine`: many experiments claim it, and it answers the question of none.
   */
  readonly role: "question" | "users" | "routine";
  /** The kind judges restarts itself, so a restart is no doubt for it. */
  readonly aboutRestarts?: true;
  /** The kind judges what was declared or answered, which no lack of CPU changes, so a starved machine is no doubt for it. */
  readonly whateverTheCpu?: true;
  /** Whether the hypothesis claims restarts of this pod of its step. Such restarts are no doubt for the other hypotheses. */
  meansRestarts?(claimed: ParametersOf<Parameters>, pod: PodCourse): boolean;
  /** The kind claims that its step fails, so the failure is no doubt. */
  readonly meansFailure?: true;
  /**
   * Decides by the events alone: `doubts.ts` weighs gaps and interruptions. The recording contains the steps of the hypothesis.
   */
  decide(claimed: ParametersOf<Parameters>, scene: Scene): Finding;
};

/** Values of the parameters, as their schemas give the types. */
export type ParametersOf<Parameters extends TProperties> = Readonly<Static<TObject<Parameters>>>;

/** Returns the kind unchanged. The call lets the compiler derive the types of `claimed` from the parameters' schemas. */
export const defineKind = <Parameters extends TProperties>(kind: Kind<Parameters>): Kind<Parameters> => kind;

/** Everything that a kind may look at to decide. */
export type Scene = {
  readonly recording: Recording;
  /** The course of this recording. */
  readonly course: Course;
  readonly meant: Meant;
};

/** Restarts and failures that hypotheses of the recording claim. Others of them are doubts. */
export type Meant = {
  /** Restarts of pods, by the step in which they happen or in which the pod was created. */
  readonly restarts: readonly { readonly step: string; readonly areOf: (pod: PodCourse) => boolean }[];
  /** Ids of the steps that fail on purpose. */
  readonly failures: readonly string[];
};

/**
 * The span of a step.
 * @throws {Error} where the recording does not contain the step; decide.ts asks a kind only about steps that it contains.
 */
export function stepOf({ course }: Scene, id: string): StepSpan {
  const span = course.steps.find(({ step }) => step === id);
  if (!span) throw new Error(`step ${id} is not in the recording`);
  return span;
}

/** Id of a step. `stepsNamedBy` knows by this very schema which parameters name steps. */
export const STEP = Type.String({ minLength: 1 });

export const RELEASE = Type.String({ minLength: 1 });

/** A number of pods, or of times that something happens. */
export const COUNT = Type.Integer({ minimum: 0 });

export const MILLISECONDS = Type.Number({ minimum: 0 });

/** A share, 0..1. */
export const SHARE = Type.Number({ minimum: 0, maximum: 1 });

/** A factor or a difference. */
export const NOT_NEGATIVE = Type.Number({ minimum: 0 });

import type { TSchema } from "typebox";
import type { Gap } from "../events.ts";
import type { Finding } from "./finding.ts";
import type { Hypothesis } from "./hypotheses/index.ts";
import type { Scene } from "./scene.ts";

/** Names of the kinds that stacks/hypothesis.ts defines. */
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

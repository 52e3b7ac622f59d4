import type { Static, TObject } from "typebox";
import type { Live } from "../kubernetes/live.ts";
import type { Hypothesis } from "../observer/verdicts/hypotheses/index.ts";
import type { Release } from "../service/releases.ts";
import type { Context, Declaration } from "./objects/declaration.ts";
import type { LiveConflict, SettingConflict } from "./settings/parse.ts";

/** Config values of a step, added to the stack's config as by `-c`. */
export type StepConfig = Readonly<Record<string, string>>;

type StepKind =
  /** One `pulumi up`; with `fails` it must not succeed. */
  | { readonly kind: "up"; readonly config: StepConfig; readonly fails?: true }
  /** The same `pulumi up` once more: nothing may change. */
  | { readonly kind: "no-op" }
  /** All pods are deleted by hand; their owners create new ones. */
  | { readonly kind: "delete-pods" }
  /** `pulumi destroy`, then `up` with the stack's config as it is committed and these values. */
  | { readonly kind: "reset"; readonly config: StepConfig };

/**
 * One step of an experiment. `observeMs` is how long the observation goes on after the step is done, for effects that come late; it
 * then waits for pods that still start or terminate.
 */
export type Step = { readonly id: string; readonly title: string; readonly observeMs?: number } & StepKind;

/** One way of deploying the service, and the question that it answers. Its steps and hypotheses are data. */
export interface Experiment<Settings extends TObject = TObject> {
  /** A few words for the reader of a report. */
  readonly title: string;
  readonly question: string;
  /** NodePort of the stack of the same name, one of those in common/lab-node-ports.ts that are nobody else's. */
  readonly nodePort: number;
  /** Config keys of this experiment alone: flat, each with a default, a range, the unit in its name, and a description. */
  readonly settings: Settings;
  /** Releases that may run under one config, at once or one after the other; without this function, the config's `release` alone. */
  releases?(settings: Static<Settings>, release: Release): readonly Release[];
  /** Finds values that contradict each other, which a schema cannot say. */
  conflict?(settings: Static<Settings>): SettingConflict | undefined;
  /** Finds values that contradict what runs now, with the ways out, each of which must be open. */
  conflictWithLive?(context: Context<Static<Settings>>, live: Live): LiveConflict | undefined;
  /** All objects in the stack's namespace; the namespace itself is added by the program. Pure, so that plans and tests can call it. */
  resources(context: Context<Static<Settings>>): readonly Declaration[];
  /** The steps of an observation under the given settings. */
  steps(settings: Static<Settings>): readonly Step[];
  /** What the steps must show under the given settings. */
  hypotheses(settings: Static<Settings>): readonly Hypothesis[];
}

/** Returns the experiment as it is; the compiler checks it against the types of its own settings. */
export const defineExperiment = <Settings extends TObject>(experiment: Experiment<Settings>): Experiment<Settings> =>
  experiment;

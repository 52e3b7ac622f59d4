import type { Static, TObject } from "typebox";
import type { Live } from "../kubernetes/live.ts";
import type { Hypothesis } from "../observer/verdicts/hypotheses/index.ts";
import type { Release } from "../service/releases.ts";
import type { Context, Declaration } from "./objects/declaration.ts";
import type { SettingConflict } from "./settings/parse.ts";

/** Config values of a step, added to the stack's config as by `-c`. */
export type StepConfig = Readonly<Record<string, string>>;

type StepKind =
  /** One `pulumi up`; `fails` says that it must not succeed. */
  | { readonly kind: "up"; readonly config: StepConfig; readonly fails?: true }
  /** The same `up` once more: nothing may change. */
  | { readonly kind: "no-op" }
  /** All pods are deleted by hand; what owns them makes new ones. */
  | { readonly kind: "delete-pods" }
  /** `pulumi destroy`, then `up` with the stack's config as it is committed and these values. */
  | { readonly kind: "reset"; readonly config: StepConfig };

/**
 * One step of an experiment. `observeMs` is how long to go on watching after it is done, for what takes its time to show; pods that
 * still come or go then are waited for.
 */
export type Step = { readonly id: string; readonly title: string; readonly observeMs?: number } & StepKind;

/** One way of deploying the service, the question it answers, and what has to be seen; steps and hypotheses are data. */
export interface Experiment<Settings extends TObject = TObject> {
  /** A few words for the reader of a report. */
  readonly title: string;
  readonly question: string;
  /** NodePort of the stack of the same name, 30050-30061; 30059 belongs to the playground. */
  readonly nodePort: number;
  /** Config keys of this experiment alone: flat, each with default, range, unit in the name, and description. */
  readonly settings: Settings;
  /** Releases that run at once or one after the other under one config; only config `release` where it is not given. */
  releases?(settings: Static<Settings>, release: Release): readonly Release[];
  /** Finds what the schema cannot: values that contradict each other. */
  conflict?(settings: Static<Settings>): SettingConflict | undefined;
  /** Finds values that contradict what runs now. */
  conflictWithLive?(context: Context<Static<Settings>>, live: Live): SettingConflict | undefined;
  /** Everything in the stack's namespace, which itself comes by itself; pure, so that plans and tests can ask as well. */
  resources(context: Context<Static<Settings>>): readonly Declaration[];
  /** How an observation goes through it under the given settings. */
  steps(settings: Static<Settings>): readonly Step[];
  /** What the steps must show. */
  hypotheses(settings: Static<Settings>): readonly Hypothesis[];
}

/** Checks an experiment against its own settings' types; returns it as it is. */
export const defineExperiment = <Settings extends TObject>(experiment: Experiment<Settings>): Experiment<Settings> =>
  experiment;

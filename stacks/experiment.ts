import type { Static, TObject } from "typebox";
import type { Live } from "../kubernetes/live.ts";
import type { Manifest, WorkloadManifest } from "../kubernetes/manifest.ts";
import type { Release } from "../service/releases.ts";
import type { Hypothesis } from "./hypothesis.ts";

/** What an experiment makes its objects of: plain values, all known at preview. */
export interface Context<Settings> {
  /** Name of the Pulumi stack; labels are made of it, so that two stacks of one experiment never mix. */
  readonly stack: string;
  readonly experiment: string;
  readonly release: Release;
  readonly namespace: string;
  readonly nodePort: number;
  /** Full reference of a release's image, for the releases that the experiment says it runs. */
  readonly image: (release: Release) => string;
  /** How nodes come by the image. */
  readonly pull: Pull;
  readonly settings: Settings;
}

/** Never: it is in the daemon of the only node. Always: from a registry, with the credentials of a Secret where it asks for some. */
export type Pull = { readonly policy: "Never" } | { readonly policy: "Always"; readonly secret?: string };

/** One object to deploy, or a chart that makes several. */
export type Declaration = ObjectDeclaration | ChartDeclaration;

/** An object as it goes to the API server. */
export interface ObjectDeclaration {
  /** Pulumi's name, unique in the stack. */
  readonly name: string;
  readonly manifest: Manifest;
  /** Names of declarations that must be complete before this one changes. */
  readonly after?: readonly string[];
  /** How long Pulumi waits for it. */
  readonly timeouts?: { readonly create?: string; readonly update?: string; readonly delete?: string };
}

/** A chart in the checkout, installed as a Helm release. */
export interface ChartDeclaration {
  readonly name: string;
  readonly chart: {
    readonly path: string;
    readonly release: string;
    readonly namespace: string;
    readonly values: Readonly<Record<string, unknown>>;
  };
  /** What the chart makes pods of, as far as a rollout depends on it: plans are made from this. */
  readonly workloads: readonly WorkloadManifest[];
  readonly timeoutSeconds: number;
}

/** A setting that is in range alone, but not together with another one or with what runs. */
export type SettingConflict = {
  readonly key: string;
  readonly got: string | number | boolean;
  readonly allowed: string;
};

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

/** One step of an experiment. `observeMs` is how long to go on watching after it is done, for what takes its time to show. */
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

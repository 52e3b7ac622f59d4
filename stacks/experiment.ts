import type { ProviderResource, Resource } from "@pulumi/pulumi";
import type { Static, TObject } from "typebox";
import type { Hypothesis } from "./hypothesis.ts";

/** What an experiment gets to make its resources of; all values are plain, hence known at preview. */
export interface Context<Settings> {
  /** Name of the Pulumi stack; labels are made of it, so that two stacks of one experiment never mix. */
  readonly stack: string;
  readonly experiment: string;
  readonly release: string;
  /** minikube profile and kubeconfig context. */
  readonly profile: string;
  readonly namespace: string;
  readonly nodePort: number;
  /** Full reference of the service's image. */
  readonly image: string;
  /** What must exist before the first pod: the built image. */
  readonly imageReady: Resource;
  readonly parent: Resource;
  /** Applies on the server's side. */
  readonly provider: ProviderResource;
  readonly settings: Settings;
}

/** A Kubernetes object that owns or is pods, in the stack's namespace. */
export type Workload = { readonly kind: string; readonly name: string };

/** A setting that is in range alone, but not together with another one. */
export type SettingConflict = {
  readonly key: string;
  readonly got: string | number | boolean;
  readonly allowed: string;
};

/** One `pulumi up`: `config` is added to the stack's config by `-c`; a no-op repeats the step before and may change nothing. */
type Step =
  | { readonly kind: "up"; readonly title: string; readonly config: Readonly<Record<string, string>> }
  | { readonly kind: "no-op"; readonly title: string };

/** One way of deploying the service, the question it answers, and what has to be seen; steps and hypotheses are data. */
export interface Experiment<Settings extends TObject = TObject> {
  /** Sentence for the reader of a report. */
  readonly title: string;
  readonly question: string;
  /** NodePort of the stack of the same name, 30050-30058; 30059 belongs to the playground. */
  readonly nodePort: number;
  /** Config keys of this experiment alone: flat, each with default, range, unit in the name, and description. */
  readonly settings: Settings;
  /** Finds what the schema cannot: values that contradict each other. */
  conflict?(settings: Static<Settings>): SettingConflict | undefined;
  /** Registers everything below `context.parent`; runs after all validation. */
  resources(context: Context<Static<Settings>>): readonly Workload[];
  readonly steps: readonly Step[];
  readonly hypotheses: readonly Hypothesis[];
}

/** Checks an experiment against its own settings' types; returns it as it is. */
export const defineExperiment = <Settings extends TObject>(experiment: Experiment<Settings>): Experiment<Settings> =>
  experiment;

import type { V1Service } from "@kubernetes/client-node";
import type { Manifest, WorkloadManifest } from "../../kubernetes/manifest.ts";
import type { Release } from "../../service/releases.ts";

/** The values from which an experiment makes its objects; all of them are known at preview. */
export interface Context<Settings> {
  /** Name of the Pulumi stack. Labels contain it, so that two stacks of one experiment never mix. */
  readonly stack: string;
  readonly experiment: string;
  readonly release: Release;
  readonly namespace: string;
  readonly nodePort: number;
  /** Full reference of a release's image; only for releases that the experiment names in `releases`. */
  readonly image: (release: Release) => string;
  readonly pull: Pull;
  readonly settings: Settings;
}

/** How nodes get the image. Never: it is in the daemon of the only node. Always: from a registry, by the Secret if it needs credentials. */
export type Pull = { readonly policy: "Never" } | { readonly policy: "Always"; readonly secret?: string };

/** One object to deploy, or a chart that makes several. */
export type Declaration = ObjectDeclaration | ChartDeclaration;

/** An object of the Kubernetes API. */
export interface ObjectDeclaration {
  /** The resource's name in Pulumi, unique in the stack. */
  readonly name: string;
  readonly manifest: Manifest;
  /** Names of declarations that must be complete before this one changes. */
  readonly after?: readonly string[];
  /** How long Pulumi waits for it, such as `90s`. */
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
  /** The workloads that the chart makes, with the fields that the planner reads. */
  readonly workloads: readonly WorkloadManifest[];
  /** The Services that the chart makes, with their selectors. */
  readonly services: readonly V1Service[];
  readonly timeoutSeconds: number;
}

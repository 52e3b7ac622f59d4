import type { Manifest, WorkloadManifest } from "../../kubernetes/manifest.ts";
import type { Release } from "../../service/releases.ts";

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

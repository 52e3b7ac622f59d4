import { Deployment, ReplicaSet, StatefulSet } from "@pulumi/kubernetes/apps/v1/index.js";
import { ConfigMap, Namespace, Pod, Secret, Service } from "@pulumi/kubernetes/core/v1/index.js";
import { Release } from "@pulumi/kubernetes/helm/v3/index.js";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1/index.js";
import { PodDisruptionBudget } from "@pulumi/kubernetes/policy/v1/index.js";
import type { CustomResource, CustomResourceOptions, ProviderResource, Resource } from "@pulumi/pulumi";
import type { Manifest } from "../../kubernetes/manifest.ts";
import type { ChartDeclaration, Declaration, ObjectDeclaration } from "../objects/declaration.ts";
import { PULL_SECRET } from "../objects/pull-secret.ts";
import { completeManifest, completeValues, type LateValues } from "./late-values.ts";

type ResourceClass = new (name: string, args: never, options: CustomResourceOptions) => CustomResource;

const CLASSES: Readonly<Record<Manifest["kind"], ResourceClass>> = {
  ConfigMap,
  Deployment,
  Namespace,
  NetworkPolicy,
  Pod,
  PodDisruptionBudget,
  ReplicaSet,
  Secret,
  Service,
  StatefulSet,
};

/** What all resources of a stack have in common. */
export type Roots = {
  readonly parent: Resource;
  /** The Kubernetes provider, with server-side apply. */
  readonly provider: ProviderResource;
  /** The provider for bare Pods, without server-side apply (see `podOptions`); undefined if there are none. */
  readonly podProvider?: ProviderResource;
  /** The images, which must exist before the first object. */
  readonly ready: readonly Resource[];
  readonly late: LateValues;
};

/** Registers declarations as children of the first one, the namespace, and each after those in its `after`. */
export function register(declarations: readonly Declaration[], roots: Roots): void {
  const registered = new Map<string, Resource>();
  for (const declaration of declarations) {
    const parent = registered.get("namespace");
    // Nodes need the Secret to pull images, so it comes before all pods.
    const after = [PULL_SECRET, ...("manifest" in declaration ? (declaration.after ?? []) : [])];
    const dependsOn = [
      // The namespace waits for the images, so that a failed build leaves the cluster as it was.
      ...(parent ? [] : roots.ready),
      ...after.map((name) => registered.get(name)).filter((resource) => resource !== undefined),
    ];
    const options = { parent: parent ?? roots.parent, provider: roots.provider, dependsOn };
    const resource =
      "chart" in declaration ? chartRelease(declaration, roots, options) : object(declaration, roots, options);
    registered.set(declaration.name, resource);
  }
}

function object(
  { name, manifest, timeouts }: ObjectDeclaration,
  roots: Roots,
  options: CustomResourceOptions,
): Resource {
  return new CLASSES[manifest.kind](name, completeManifest(manifest, roots.late) as never, {
    ...options,
    ...(timeouts && { customTimeouts: timeouts }),
    ...(manifest.kind === "Pod" && podOptions(roots)),
  });
}

/**
 * Options for bare Pods: no server-side apply, and a replacement when the spec changes. The API server refuses to change nearly
 * every field of a Pod in place, and the provider does not know all of these fields. With server-side apply, the preview of a
 * replacement is a dry run against the old Pod, which the API server refuses (pulumi-kubernetes#3984). Without it, the preview
 * asks nothing.
 */
const podOptions = ({ podProvider }: Roots): CustomResourceOptions => ({
  ...(podProvider && { provider: podProvider }),
  replaceOnChanges: ["spec"],
  deleteBeforeReplace: true,
});

function chartRelease(declaration: ChartDeclaration, roots: Roots, options: CustomResourceOptions): Resource {
  const { name, chart, timeoutSeconds: timeout } = declaration;
  const { path, release, namespace } = chart;
  const values = completeValues(declaration, roots.late);
  return new Release(name, { chart: path, name: release, namespace, values, timeout, atomic: false }, options);
}

import type { V1Container, V1ObjectMeta, V1PodTemplateSpec } from "@kubernetes/client-node";
import { VERSION_LABEL } from "../kubernetes/labels.ts";

/** A duration in ms: the shortest possible and the longest expected. */
export type Span = { readonly least: number; readonly most: number };

/** A pod or its template: what the two have in common. */
export type Template = Pick<V1PodTemplateSpec, "metadata" | "spec">;

/** How long a cluster takes for what no manifest says, in ms. `bin/lab report --timing` writes one from what a recording saw. */
export type TimingProfile = {
  /** From a pod's creation until its containers run: sandbox, container and process. */
  readonly containerStartMs: Span;
  /** Added where an image may have to be pulled. */
  readonly pullMs: number;
  /** How far apart a kubelet starts the containers of pods that come together. */
  readonly startApartMs: number;
  /** From the end of a pod's last container until the kubelet and the API server have removed the pod. */
  readonly removalMs: number;
};

/** Seen on two busy cores, one node: 1 s to start on an idle node, 5 s for six pods at once; apart 0.2 s to 0.4 s; removed in 1 s to 3 s. */
export const USUAL_TIMING: TimingProfile = {
  containerStartMs: { least: 500, most: 10_000 },
  pullMs: 30_000,
  startApartMs: 500,
  removalMs: 3_000,
};

/**
 * Who applies a change. It decides what becomes of a bare Pod whose spec changes: Pulumi deletes it before it creates it anew;
 * kubectl and helm can change its images in place, and the API server refuses nearly everything else.
 */
export type Applier = "pulumi" | "kubectl" | "helm";

/** What a plan goes by beside the objects: who applies them, how quick the cluster is, and what is known of the service in the pods. */
export type PlanContext = {
  readonly appliedBy: Applier;
  readonly timing: TimingProfile;
  /** How long whoever applies the change waits for a bare Pod or a ReplicaSet that never gets ready; a plan shows this instead of Infinity. */
  readonly waitingMs: Span;
  /**
   * What the wanted objects are: manifests, which come to be what runs in a cluster once they are merged into it, or objects as a
   * cluster stores them, which were merged already.
   */
  readonly wantedIs: "manifest" | "stored";
  /** How a pod's release or revision is called. */
  readonly releaseOf: (template: Template) => string;
  /** The annotation of a template that holds its image's name and tag, where its containers name the image by digest. */
  readonly imageAnnotation?: string;
  /** Whether an object that runs goes because it is no longer among the wanted ones. */
  readonly removes: (object: { readonly kind: string; readonly metadata?: V1ObjectMeta }) => boolean;
  /** How long a container is known to start later than its process, and to go on serving after SIGTERM. */
  readonly startDelayMs: (container: V1Container) => number;
  readonly drainMs: (container: V1Container) => number;
  /** Why pods of a template never get ready, if that is known beforehand. */
  readonly neverReady: (template: Template) => string | undefined;
};

/** The context of anybody's objects, applied by `kubectl apply`, which removes nothing. */
export const ANYBODY: PlanContext = {
  appliedBy: "kubectl",
  timing: USUAL_TIMING,
  waitingMs: { least: 60_000, most: 600_000 },
  wantedIs: "manifest",
  releaseOf: (template) => template.metadata?.labels?.[VERSION_LABEL] ?? imageName(template),
  removes: () => false,
  startDelayMs: () => 0,
  drainMs: () => 0,
  neverReady: () => undefined,
};

/** The first container's image without its registry and folders: `nginx:1.27` of `docker.io/library/nginx:1.27`. */
export const imageName = ({ spec }: Template): string => shortImage(spec?.containers[0]?.image ?? "");

/** `nginx:1.27` of `docker.io/library/nginx:1.27`; a digest keeps its first 12 digits. */
export function shortImage(image: string): string {
  const [named = "", digest] = image.split("@");
  const name = named.slice(named.lastIndexOf("/") + 1) || "unnamed";
  return digest ? `${name}@${digest.replace(/^sha256:/, "").slice(0, 12)}` : name;
}

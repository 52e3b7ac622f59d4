import type { V1ObjectMeta, V1PodTemplateSpec } from "@kubernetes/client-node";
import type { Live } from "../../kubernetes/live.ts";
import { templateOf, type WorkloadManifest } from "../../kubernetes/manifest.ts";
import { barePods, bareReplicaSets, nameOf } from "../../kubernetes/pods.ts";
import type { PlanContext, Template } from "../plan-context.ts";

/** Where `kubectl apply` keeps the manifest that it applied last. */
const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

/**
 * A workload as the API server will have it once it is applied to what runs in a cluster: whoever applies it leaves alone what others
 * added. Others add labels and annotations to the template, such as `restartedAt` by `kubectl rollout restart`, and the API server an
 * imagePullPolicy by an earlier image. `kubectl apply` takes away what the manifest before had named; what Helm and Pulumi take away
 * is not known, and stays. What runs by a file has nothing from others. The workload itself is returned where nothing is added.
 *
 * Example: `team: a` runs, which `kubectl apply` named, and `restartedAt`, which it did not. A manifest without labels and annotations
 * comes to `restartedAt` alone.
 */
export function asApplied<Workload extends WorkloadManifest>(
  wanted: Workload,
  live: Live,
  { runsFrom, appliedBy }: Pick<PlanContext, "runsFrom" | "appliedBy">,
): Workload {
  const running = runsFrom === "cluster" ? runningOf(wanted, live) : undefined;
  if (!running) return wanted;
  const applied = appliedBy === "kubectl" ? lastApplied(running.metadata, wanted.kind === "Pod") : {};
  const template = templateOf(wanted);
  const labels = fromOthers("labels", template, running.template, applied);
  const annotations = fromOthers("annotations", template, running.template, applied);
  const containers = withPullPolicies(template, running.template, applied);
  if (!labels && !annotations && !containers) return wanted;
  const metadata = { ...template.metadata, ...(labels && { labels }), ...(annotations && { annotations }) };
  const spec = template.spec && { ...template.spec, ...(containers && { containers }) };
  const merged = { metadata, ...(spec && { spec }) };
  return wanted.kind === "Pod" ? { ...wanted, ...merged } : { ...wanted, spec: { ...wanted.spec, template: merged } };
}

type Running = { readonly metadata?: V1ObjectMeta; readonly template: Template };

function runningOf({ kind, metadata }: WorkloadManifest, live: Live): Running | undefined {
  const isIt = (object: { readonly metadata?: V1ObjectMeta }) => nameOf(object) === metadata.name;
  if (kind === "Pod") {
    const pod = barePods(live).find(isIt);
    return pod && { ...pod, template: pod };
  }
  const owners = {
    Deployment: live.deployments,
    ReplicaSet: bareReplicaSets(live),
    StatefulSet: live.statefulSets ?? [],
  };
  const owner = owners[kind].find(isIt);
  return owner?.spec && { ...owner, template: owner.spec.template ?? {} };
}

/** The template of the manifest that `kubectl apply` applied last; undefined where another way was taken. */
function lastApplied(metadata: V1ObjectMeta | undefined, isPod: boolean): Template | undefined {
  const text = metadata?.annotations?.[LAST_APPLIED];
  if (text === undefined) return undefined;
  try {
    const manifest = JSON.parse(text) as Template & { readonly spec?: { readonly template?: V1PodTemplateSpec } };
    return isPod ? manifest : manifest.spec?.template;
  } catch {
    // Somebody wrote the annotation by hand: kubectl could not read it either.
    return undefined;
  }
}

/** The wanted labels or annotations with those of others; undefined where others added none. */
function fromOthers(kind: "labels" | "annotations", wanted: Template, running: Template, applied: Template = {}) {
  const [ours, named] = [wanted.metadata?.[kind] ?? {}, applied.metadata?.[kind] ?? {}];
  const others = Object.entries(running.metadata?.[kind] ?? {}).filter(([key]) => !(key in ours) && !(key in named));
  return others.length > 0 ? { ...Object.fromEntries(others), ...ours } : undefined;
}

/** The wanted containers with the imagePullPolicy that runs where neither they nor the last manifest name one; undefined where all do. */
function withPullPolicies({ spec }: Template, running: Template, applied: Template = {}) {
  const policyIn = (template: Template, name: string) =>
    template.spec?.containers?.find((container) => container.name === name)?.imagePullPolicy;
  const containers = (spec?.containers ?? []).map((container) => {
    const policy = policyIn(running, container.name);
    const isOpen = container.imagePullPolicy === undefined && policyIn(applied, container.name) === undefined;
    return isOpen && policy !== undefined ? { ...container, imagePullPolicy: policy } : container;
  });
  return containers.some((container, index) => container !== spec?.containers[index]) ? containers : undefined;
}

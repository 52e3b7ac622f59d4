import type { V1ObjectMeta, V1PodSpec, V1PodTemplateSpec } from "@kubernetes/client-node";
import { isFromCluster, lastApplied } from "../../kubernetes/last-applied.ts";
import type { Live } from "../../kubernetes/live.ts";
import { templateOf, type WorkloadManifest } from "../../kubernetes/manifest.ts";
import { barePods, bareReplicaSets, nameOf } from "../../kubernetes/pods.ts";
import type { Applier, PlanContext, Template } from "../plan-context.ts";
import { templateIn } from "./made-of.ts";
import { ADMITTED } from "./template-change.ts";
import { merged } from "./three-way.ts";

/**
 * A workload as the API server will have it once it is applied to what runs in a cluster: whoever applies it leaves alone what others
 * added. Others add labels and annotations to the template, such as `restartedAt` by `kubectl rollout restart`, fields to its spec,
 * and the API server its defaults, such as an imagePullPolicy by an earlier image. `kubectl apply` takes away what the manifest before
 * had named. Where nobody knows that manifest, as with Helm, Pulumi and an apply on the server's side, labels, annotations,
 * imagePullPolicies and tolerations are taken for those of others, and other fields for no longer wanted. What runs by a file that no
 * cluster wrote has nothing from others. The workload itself is returned where nothing is added.
 *
 * Example: `team: a` runs, which `kubectl apply` named, and `restartedAt`, which it did not. A manifest without labels and annotations
 * comes to `restartedAt` alone.
 */
export function asApplied<Workload extends WorkloadManifest>(
  wanted: Workload,
  live: Live,
  { wantedIs, appliedBy, imageAnnotation = "" }: Pick<PlanContext, "wantedIs" | "appliedBy" | "imageAnnotation">,
): Workload {
  const running = wantedIs === "manifest" ? runningOf(wanted, live) : undefined;
  if (!running || !isFromCluster(running)) return wanted;
  const isPod = wanted.kind === "Pod";
  const before = appliedBy === "kubectl" ? lastApplied(running) : undefined;
  const applied = templateNamedBy(before, isPod);
  const template = templateOf(wanted);
  const labels = fromOthers("labels", template, running.template, applied);
  const annotations = fromOthers("annotations", template, running.template, applied, imageAnnotation);
  const known = isPod ? admittedBeside(appliedBy) : KEPT;
  const theirs = before ? running.template.spec : addedByOthers(template, running.template, known);
  const spec = merged(template.spec, theirs, applied.spec);
  if (!labels && !annotations && spec === template.spec) return wanted;
  const metadata = { ...template.metadata, ...(labels && { labels }), ...(annotations && { annotations }) };
  const made = { metadata, ...(spec && { spec }) };
  return isPod ? { ...wanted, ...made } : { ...wanted, spec: { ...wanted.spec, template: made } };
}

type Running = { readonly metadata?: V1ObjectMeta; readonly template: Template };

function runningOf({ kind, metadata }: WorkloadManifest, live: Live): Running | undefined {
  const isIt = (object: { readonly metadata?: V1ObjectMeta }) => nameOf(object) === metadata.name;
  if (kind === "Pod") {
    const pod = barePods(live).find(isIt);
    return pod && { ...pod, template: templateIn(pod) };
  }
  const owners = {
    Deployment: live.deployments,
    ReplicaSet: bareReplicaSets(live),
    StatefulSet: live.statefulSets ?? [],
  };
  const owner = owners[kind].find(isIt);
  return owner?.spec && { ...owner, template: owner.spec.template ?? {} };
}

/** The template in a manifest that was applied; none where there is no manifest. */
function templateNamedBy(manifest: ReturnType<typeof lastApplied>, isPod: boolean): Template {
  const own = (manifest ?? {}) as Template & { readonly spec?: { readonly template?: V1PodTemplateSpec } };
  return isPod ? own : (own.spec?.template ?? {});
}

/** The wanted labels or annotations with those of others; undefined where others added none. `except` is the key of one that is ours. */
function fromOthers(
  kind: "labels" | "annotations",
  wanted: Template,
  running: Template,
  applied: Template,
  except?: string,
) {
  const [ours, named] = [wanted.metadata?.[kind] ?? {}, applied.metadata?.[kind] ?? {}];
  const others = Object.entries(running.metadata?.[kind] ?? {}).filter(
    ([key]) => key !== except && !(key in ours) && !(key in named),
  );
  return others.length > 0 ? { ...Object.fromEntries(others), ...ours } : undefined;
}

/** Fields of a template's spec that others add rather than that a new manifest leaves them out. */
const KEPT = ["tolerations"];

/** Fields that admission added to a Pod. Pulumi's are our stacks, whose ServiceAccount has no imagePullSecrets: those are ours. */
const admittedBeside = (appliedBy: Applier): readonly string[] =>
  appliedBy === "pulumi" ? ADMITTED.filter((key) => key !== "imagePullSecrets") : ADMITTED;

/** What runs, as far as it is taken for added by others where nobody knows what was applied before. */
function addedByOthers(wanted: Template, running: Template, keys: readonly string[]): Partial<V1PodSpec> {
  const lists = (["containers", "initContainers"] as const).map((list) => {
    const names = new Set(wanted.spec?.[list]?.map(({ name }) => name));
    const theirs = (running.spec?.[list] ?? []).filter(({ name }) => names.has(name));
    return [list, theirs.map(({ name, imagePullPolicy }) => ({ name, imagePullPolicy }))] as const;
  });
  const kept = Object.entries(running.spec ?? {}).filter(([key]) => keys.includes(key));
  return Object.fromEntries([...kept, ...lists.filter(([, list]) => list.length > 0)]);
}

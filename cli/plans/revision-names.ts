import type { V1Pod, V1PodTemplateSpec } from "@kubernetes/client-node";
import { VERSION_LABEL } from "../../kubernetes/labels.ts";
import type { Live } from "../../kubernetes/live.ts";
import { templateOf, type WorkloadManifest } from "../../kubernetes/manifest.ts";
import { barePods, bareReplicaSets, nameOf, replicaSetsOf } from "../../kubernetes/pods.ts";
import { imageName, type PlanContext, shortImage, type Template } from "../../plan/plan-context.ts";
import { withNamedMetadata } from "../../plan/template/made-of.ts";
import { podChanges, templateChanges } from "../../plan/template/template-change.ts";

/**
 * Names of the revisions of all workloads, so that old pods and new ones have different ones:
 * 1. the image of the first container in which they differ: `web:1.0` and `web:1.1`
 * 2. else the version that their labels name
 * 3. else the image, with `(old)` for all but the wanted one, and `(new)` for that
 *
 * Example: `nginx:1.27` before and after, with another variable: `nginx:1.27 (old)` becomes `nginx:1.27 (new)`.
 */
export function revisionNames(workloads: readonly WorkloadManifest[], live: Live): PlanContext["releaseOf"] {
  const names = new Map<Template, string>();
  const bySet = new Map<string, V1PodTemplateSpec>();
  for (const workload of workloads) {
    const [wanted, changes] =
      workload.kind === "Pod" ? ([workload, podChanges] as const) : ([templateOf(workload), templateChanges] as const);
    const running = templatesOf(workload, live);
    name(wanted, running, new Set(running.filter((one) => changes(wanted, one).length > 0)), names);
  }
  for (const { metadata, spec } of live.replicaSets) if (spec?.template) bySet.set(metadata?.name ?? "", spec.template);
  const named = [...names];
  const templates = named.map(([template]) => template);
  const nameIt = (template: Template): string => {
    // Templates have their names by now: this is a pod, or what is known of its template by it.
    const own = withNamedMetadata(template, templates);
    return named.find(([one]) => podChanges(one, own).length === 0)?.[1] ?? imageName(template);
  };
  const nameOfTemplate = (template: Template): string => {
    const known = names.get(template) ?? nameIt(template);
    names.set(template, known);
    return known;
  };
  return (template) => {
    const set = (template as V1Pod).metadata?.ownerReferences?.find(({ kind }) => kind === "ReplicaSet");
    const its = set && bySet.get(set.name);
    return nameOfTemplate(its ?? template);
  };
}

/** The templates of a workload's pods that run now, the oldest first. */
function templatesOf({ kind, metadata }: WorkloadManifest, live: Live): readonly Template[] {
  const isIt = (object: { readonly metadata?: { readonly name?: string } }) => nameOf(object) === metadata.name;
  if (kind === "Pod") return barePods(live).filter(isIt);
  if (kind === "StatefulSet") return (live.statefulSets ?? []).filter(isIt).flatMap(({ spec }) => spec?.template ?? []);
  const deployment = kind === "Deployment" ? live.deployments.find(isIt) : undefined;
  const sets =
    kind === "ReplicaSet" ? bareReplicaSets(live).filter(isIt) : deployment ? replicaSetsOf(live, deployment) : [];
  return sets.flatMap(({ spec }) => spec?.template ?? []);
}

/** Names the wanted template and those that run; `old` are those among them that differ from it. */
function name(
  wanted: Template,
  running: readonly Template[],
  old: ReadonlySet<Template>,
  names: Map<Template, string>,
): void {
  const all = [...old, wanted];
  const nameOf = (template: Template): string => {
    const others = all.filter((other) => other !== template);
    for (const naming of [tellingImage(all), versionOf]) {
      const own = naming(template);
      if (own !== undefined && others.every((other) => naming(other) !== own)) return own;
    }
    return others.length === 0
      ? imageName(template)
      : `${imageName(template)} (${template === wanted ? "new" : "old"})`;
  };
  for (const template of all) names.set(template, nameOf(template));
  for (const same of running.filter((one) => !old.has(one))) names.set(same, nameOf(wanted));
}

/** The image of the first container whose image is not the same everywhere. */
function tellingImage(all: readonly Template[]): (template: Template) => string | undefined {
  const imageAt = ({ spec }: Template, name: string) =>
    spec?.containers.find((container) => container.name === name)?.image;
  const containers = all.flatMap(({ spec }) => spec?.containers ?? []).map(({ name: container }) => container);
  const telling = containers.find((container) => new Set(all.map((one) => imageAt(one, container))).size > 1);
  return (template) => {
    const image = telling === undefined ? undefined : imageAt(template, telling);
    return image === undefined ? undefined : shortImage(image);
  };
}

const versionOf = ({ metadata }: Template): string | undefined => metadata?.labels?.[VERSION_LABEL];

import { isDeepStrictEqual } from "node:util";
import type { V1DeploymentSpec, V1Pod, V1PodTemplateSpec, V1ReplicaSet } from "@kubernetes/client-node";
import { roomOf } from "../../kubernetes/count-or-percent.ts";
import type { WorkloadManifest } from "../../kubernetes/manifest.ts";
import { nameOf } from "../../kubernetes/pods.ts";
import { ANNOTATIONS } from "./shape.ts";
import { inOrder, type Sight } from "./watched.ts";

const DESIRED = "deployment.kubernetes.io/desired-replicas";
const MAX = "deployment.kubernetes.io/max-replicas";
const REVISION = "deployment.kubernetes.io/revision";
const REVISION_HASH = "controller-revision-hash";

/** Where the controllers begin with a change, and what they still did for the change before, an event a line. */
export type Begin = { readonly version: number; readonly stale: readonly string[] };

/**
 * A controller reads an object, acts, and reads it again: a pass that began before a change goes on after it. What such a pass does is
 * of the change before, so a plan can hold only from there on. This finds its last act, by proof alone:
 * - StatefulSet, ReplicaSet: a status of a generation before the change. One worker at a time passes over an object, so what it did to
 *   pods until then was of that pass.
 * - StatefulSet, ReplicaSet: a pod that was created of a template that the change no longer creates pods of.
 * - Deployment: a ReplicaSet that was scaled with the numbers of before in its annotations, that was created of a template of before, that
 *   grew although its template is not the wanted one and no number is new, or that was scaled although the wanted one, which a pass sees
 *   to first, was not made yet. A paused one creates no set, and grows none that has no pods while others have some.
 */
export function beginOf(version: number, sights: readonly Sight[], wanted: WorkloadManifest): Begin {
  const ordered = inOrder(sights);
  const acts = wanted.kind === "Deployment" ? ofDeployment(version, ordered, wanted) : ofSet(version, ordered, wanted);
  const last = acts.at(-1);
  return {
    version: last === undefined ? version : last.version + 1,
    stale: acts.map((sight) => `${sight.version} ${sight.kind} ${nameOf(sight.object)}`),
  };
}

function ofSet(version: number, ordered: readonly Sight[], wanted: WorkloadManifest): readonly Sight[] {
  const own = ordered.filter((sight) => sight.kind === wanted.kind);
  const generation = own.find((sight) => sight.version === version)?.object.metadata?.generation ?? 0;
  const known = new Set(ordered.flatMap((sight) => (sight.version < version ? [uidOf(sight)] : [])));
  return ordered.filter((sight) => {
    if (sight.version <= version || sight.gone) return false;
    if (sight.kind === "Pod") {
      const isNew = !known.has(uidOf(sight));
      known.add(uidOf(sight));
      return isNew && isOfBefore(sight.object, wanted, own);
    }
    if (sight.kind === "Deployment") return false;
    return sight.kind === wanted.kind && (sight.object.status?.observedGeneration ?? generation) < generation;
  });
}

/** Whether a new pod is of a template that the wanted object no longer creates pods of. */
function isOfBefore(pod: V1Pod, wanted: WorkloadManifest, own: readonly Sight[]): boolean {
  if (wanted.kind === "ReplicaSet") return !isAlike(pod, wanted.spec?.template ?? {});
  if (wanted.kind !== "StatefulSet") return false;
  const { partition } = wanted.spec?.updateStrategy?.rollingUpdate ?? {};
  if (partition === undefined) return false;
  const last = own.at(-1);
  const update = last?.kind === "StatefulSet" ? last.object.status?.updateRevision : undefined;
  const ordinal = Number(/\d+$/.exec(nameOf(pod))?.[0]);
  return ordinal >= partition && pod.metadata?.labels?.[REVISION_HASH] !== update;
}

function ofDeployment(
  version: number,
  ordered: readonly Sight[],
  { spec }: Extract<WorkloadManifest, { kind: "Deployment" }>,
): readonly Sight[] {
  const replicas = String(spec?.replicas ?? 1);
  const mostPods = String((spec?.replicas ?? 1) + surgeOf(spec));
  const sets = new Map<string, V1ReplicaSet>();
  const isWanted = (set: V1ReplicaSet) => isAlike(set.spec?.template ?? {}, spec?.template ?? {});
  const acts: Sight[] = [];
  const scaledBeforeWanted: Sight[] = [];
  let revisionBefore: number | undefined;
  let isMade = false;
  for (const sight of ordered) {
    if (sight.kind !== "ReplicaSet") continue;
    const before = sets.get(uidOf(sight));
    if (sight.version > version && !sight.gone) {
      revisionBefore ??= Math.max(0, ...[...sets.values()].map(revisionOf));
      const isScaled = before?.spec?.replicas !== sight.object.spec?.replicas;
      const isCreated = before === undefined;
      if (isWanted(sight.object) && revisionOf(sight.object) > revisionBefore) {
        // Recreate makes the wanted set last.
        if (!isMade && spec?.strategy?.type !== "Recreate") acts.push(...scaledBeforeWanted);
        isMade = true;
      }
      const { [DESIRED]: desired, [MAX]: most } = sight.object.metadata?.annotations ?? {};
      const isOfOtherNumber = isScaled && (desired !== replicas || most !== mostPods);
      const isUnasked = isScaled && !spec?.paused && !isScalingEvent(sets, replicas);
      const hasGrown = (sight.object.spec?.replicas ?? 0) > (before?.spec?.replicas ?? 0);
      const isRevived = spec?.paused && hasGrown && !before?.spec?.replicas && [...sets.values()].some(hasPods);
      const isOfBefore = isRevived || (!isWanted(sight.object) && (isCreated || (isUnasked && hasGrown)));
      if (isOfOtherNumber || isOfBefore) acts.push(sight);
      else if (isUnasked && !isMade) scaledBeforeWanted.push(sight);
    }
    if (sight.gone) sets.delete(uidOf(sight));
    else sets.set(uidOf(sight), sight.object);
  }
  return acts.sort((a, b) => a.version - b.version);
}

/** How many pods above its number the Deployment asks for at most. */
const surgeOf = (spec: V1DeploymentSpec | undefined): number =>
  spec?.strategy?.type === "Recreate" ? 0 : roomOf(spec?.strategy?.rollingUpdate ?? {}, spec?.replicas ?? 1).surge;

/** Whether a Deployment's controller scales its sets before anything else: some were scaled for another number. */
const isScalingEvent = (sets: ReadonlyMap<string, V1ReplicaSet>, replicas: string): boolean =>
  [...sets.values()].some((set) => hasPods(set) && set.metadata?.annotations?.[DESIRED] !== replicas);

const hasPods = ({ spec }: V1ReplicaSet): boolean => (spec?.replicas ?? 0) > 0;

const revisionOf = ({ metadata }: V1ReplicaSet): number => Number(metadata?.annotations?.[REVISION] ?? 0);

/** Whether two templates of this rig are the same: by release, and by what kwok was told. */
function isAlike(one: V1PodTemplateSpec, other: V1PodTemplateSpec): boolean {
  const facts = ({ metadata }: V1PodTemplateSpec) => [
    metadata?.labels?.["app.kubernetes.io/version"],
    ...Object.values(ANNOTATIONS).map((name) => metadata?.annotations?.[name]),
  ];
  return isDeepStrictEqual(facts(one), facts(other));
}

const uidOf = ({ object }: Sight): string => object.metadata?.uid ?? "";

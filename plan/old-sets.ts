import type { V1Deployment, V1Pod, V1PodTemplateSpec, V1ReplicaSet } from "@kubernetes/client-node";
import type { Live } from "../kubernetes/live.ts";
import { isActive, isReady, isStopping, nameOf, podsOf, replicaSetsOf } from "../kubernetes/pods.ts";
import type { PlanContext } from "./plan-context.ts";
import { type PodTiming, timingOf } from "./pod-timing.ts";
import { NEW_SET, type StartingSet } from "./simulated-frames.ts";
import { templateChanges } from "./template/template-change.ts";

/** One ReplicaSet of a Deployment with its pods before the change, or the set that the change will create. */
export type OldSet = {
  readonly template: V1PodTemplateSpec;
  readonly timing: PodTiming;
  readonly active: readonly V1Pod[];
  /** Pods that its controller was asked for and has not created yet; the simulation counts them as there. */
  readonly missing: number;
  readonly start: StartingSet;
};

/** The sets of a Deployment that take part in its change, the oldest first; the one of the wanted template is `current`. */
export function setsOf(
  wanted: V1Deployment,
  live: Live,
  running: V1Deployment | undefined,
  context: PlanContext,
): readonly OldSet[] {
  const template = wanted.spec?.template ?? {};
  const replicaSets = running ? replicaSetsOf(live, running) : [];
  // If several sets have the wanted template, the controller takes the oldest.
  const current = replicaSets.find(
    ({ spec }) => spec?.template && templateChanges(template, spec.template, context).length === 0,
  );
  const sets = replicaSets.map((set) => oldSet(set, set === current, live, context));
  // A paused Deployment creates no set. If none has pods, it scales the one of the wanted template, or else the youngest.
  if (wanted.spec?.paused) return sets.filter((set, index) => isPartOfIt(set.start) || index === sets.length - 1);
  const used = sets.filter(({ start }) => isPartOfIt(start));
  return current ? used : [...used, comingSet(template, context)];
}

const isPartOfIt = ({ current, pods, stopping }: StartingSet): boolean => current || pods > 0 || stopping > 0;

const comingSet = (template: V1PodTemplateSpec, context: PlanContext): OldSet => ({
  template,
  timing: timingOf(template, context),
  active: [],
  missing: 0,
  start: { id: NEW_SET, current: true, pods: 0, ready: 0, available: 0, stopping: 0 },
});

function oldSet(set: V1ReplicaSet, current: boolean, live: Live, context: PlanContext): OldSet {
  const owned = podsOf(live, nameOf(set));
  const active = owned.filter(isActive);
  // The set's controller creates missing pods by itself, so they count already.
  const asked = set.spec?.replicas ?? 1;
  const pods = Math.max(asked, active.length);
  const ready = active.filter(isReady).length;
  const template = set.spec?.template ?? {};
  return {
    template,
    timing: timingOf(template, context),
    active,
    missing: pods - active.length,
    start: {
      id: nameOf(set),
      current,
      pods,
      ready,
      available: Math.min(ready, availableIn(set) ?? ready),
      stopping: owned.filter(isStopping).length,
      ...(pods > asked && { surplus: pods - asked }),
      ...annotated(set, "desired", "deployment.kubernetes.io/desired-replicas"),
      ...annotated(set, "max", "deployment.kubernetes.io/max-replicas"),
    },
  };
}

/** How many pods a set's status takes for available; undefined where it has none. The API server leaves out a zero. */
export const availableIn = ({ status }: V1ReplicaSet): number | undefined =>
  status?.availableReplicas ?? (status?.replicas === undefined ? undefined : 0);

const annotated = (set: V1ReplicaSet, key: "desired" | "max", annotation: string) => {
  const value = set.metadata?.annotations?.[annotation];
  return value === undefined ? {} : { [key]: Number(value) };
};

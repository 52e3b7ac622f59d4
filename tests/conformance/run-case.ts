import { setTimeout as sleep } from "node:timers/promises";
import { AppsV1Api, CoreV1Api, type KubeConfig, type V1Pod } from "@kubernetes/client-node";
import { isActive, nameOf } from "../../kubernetes/pods.ts";
import type { Canary } from "./canary.ts";
import type { Case } from "./cases.ts";
import { type CaseRecord, packed } from "./record.ts";
import { DEADLINE_SECONDS, manifestOf, NAME, type Shape } from "./shape.ts";
import { podVersions, type Watched } from "./watched.ts";

/** How much longer than kwok was told its pods may take. */
const SLACK_MS = 1_000;
const WAKE_LATE_MS = 1_000;
const LOOK_MS = 100;
const LONGEST_MS = 180_000;

export type Lab = {
  readonly config: KubeConfig;
  readonly watched: Watched;
  readonly canary: Canary;
  readonly signal: AbortSignal;
};

/** Runs one case in a namespace of its own, and removes its objects afterwards. */
export async function runCase(lab: Lab, index: number, one: Case, namespace: string): Promise<CaseRecord> {
  const { config, watched, signal } = lab;
  const [core, apps] = [config.makeApiClient(CoreV1Api), config.makeApiClient(AppsV1Api)];
  const gapsBefore = watched.gaps.length;
  const put = putter(apps, namespace);
  await core.createNamespace({ body: { metadata: { name: namespace } } });
  try {
    await put(one.first, 0);
    await quiet(lab, namespace, quietMsOf([one.first]));
    if (one.failed > 0) {
      await fail(core, namespace, watched, one.failed);
      await quiet(lab, namespace, quietMsOf([one.first]));
    }
    if (one.midway) {
      await put(one.midway.shape, 1);
      await sleep(one.midway.ms, undefined, { signal });
    }
    const beganAtMs = performance.now();
    const { manifest, version } = await put(one.change, 2);
    const shapes = [one.first, ...(one.midway ? [one.midway.shape] : []), one.change];
    // Recreate may do nothing until the progress deadline, because of pods that have failed or are of the wanted revision.
    const isAlone = one.failed === 0 && one.midway === undefined;
    const mayStall = !isAlone && one.change.kind === "Deployment" && one.change.strategy === "Recreate";
    await quiet(lab, namespace, quietMsOf(shapes) + (mayStall ? DEADLINE_SECONDS * 1000 : 0));
    const sights = watched.sights(namespace);
    const gap = watched.gaps[gapsBefore];
    return {
      index,
      case: one,
      wanted: manifest,
      version,
      beganAtMs,
      events: packed(sights),
      lateMs: Math.round(lab.canary.slowestSince(beganAtMs)),
      ...(gap !== undefined && { gap }),
    };
  } finally {
    if (!signal.aborted) await remove(apps, core, namespace);
    watched.forget(namespace);
  }
}

/** Longer than any wait between two events of these pods. */
const quietMsOf = (shapes: readonly Shape[]): number => SLACK_MS + Math.max(...shapes.map(longestWaitMs));

/** A StatefulSet's controller looks a second later than minReadySeconds after a pod is Ready, and only then creates the next one. */
function longestWaitMs({ kind, pods, minReadySeconds }: Shape): number {
  const availableMs = minReadySeconds === 0 ? 0 : minReadySeconds * 1000 + (kind === "StatefulSet" ? WAKE_LATE_MS : 0);
  return Math.max(pods.startMs, pods.stopMs, availableMs);
}

/**
 * Waits until nothing has happened in a namespace for a time, until the controllers have done something else from beginning to end
 * meanwhile, and until the watch has told all that a list shows.
 */
async function quiet({ config, watched, canary, signal }: Lab, namespace: string, ms: number): Promise<void> {
  const core = config.makeApiClient(CoreV1Api);
  const endMs = performance.now() + LONGEST_MS;
  const hasComeToRest = () => {
    const silentMs = watched.quietMs(namespace);
    return silentMs >= ms && canary.hasSungSince(performance.now() - silentMs + ms);
  };
  const isTold = async () => {
    const { items } = await core.listNamespacedPod({ namespace });
    const told = podVersions(watched.sights(namespace));
    const isSame = ({ metadata }: V1Pod) => told.get(metadata?.uid ?? "") === Number(metadata?.resourceVersion);
    return told.size === items.length && items.every(isSame);
  };
  await sleep(ms, undefined, { signal });
  while (!hasComeToRest() || !(await isTold())) {
    if (performance.now() > endMs) throw new Error(`${namespace} does not come to rest in ${LONGEST_MS / 1000} s`);
    await sleep(LOOK_MS, undefined, { signal });
  }
}

/** Creates or replaces a case's workload; returns the object, and its version in the API server. */
function putter(apps: AppsV1Api, namespace: string) {
  return async (shape: Shape, step: number) => {
    const manifest = manifestOf(shape, step);
    const place = { namespace, name: NAME };
    const answer = await (step === 0
      ? manifest.kind === "Deployment"
        ? apps.createNamespacedDeployment({ namespace, body: manifest })
        : manifest.kind === "ReplicaSet"
          ? apps.createNamespacedReplicaSet({ namespace, body: manifest })
          : apps.createNamespacedStatefulSet({ namespace, body: manifest })
      : manifest.kind === "Deployment"
        ? apps.replaceNamespacedDeployment({ ...place, body: manifest })
        : manifest.kind === "ReplicaSet"
          ? apps.replaceNamespacedReplicaSet({ ...place, body: manifest })
          : apps.replaceNamespacedStatefulSet({ ...place, body: manifest }));
    return { manifest, version: Number(answer.metadata?.resourceVersion) };
  };
}

/** Marks pods as Failed, as the kubelet marks those that it evicts. */
async function fail(core: CoreV1Api, namespace: string, watched: Watched, number: number): Promise<void> {
  const latest = new Map<string, V1Pod>();
  for (const { kind, object, gone } of watched.sights(namespace)) {
    if (kind !== "Pod") continue;
    if (gone) latest.delete(nameOf(object));
    else latest.set(nameOf(object), object);
  }
  for (const pod of [...latest.values()].filter(isActive).slice(0, number)) {
    const body = await core.readNamespacedPod({ namespace, name: nameOf(pod) });
    // Without a version nothing that happens meanwhile is a conflict.
    const { resourceVersion: _, ...metadata } = body.metadata ?? {};
    body.metadata = metadata;
    body.status = { ...body.status, phase: "Failed", reason: "Evicted", conditions: [] };
    await core.replaceNamespacedPodStatus({ namespace, name: nameOf(pod), body });
  }
}

async function remove(apps: AppsV1Api, core: CoreV1Api, namespace: string): Promise<void> {
  await apps.deleteCollectionNamespacedDeployment({ namespace });
  await apps.deleteCollectionNamespacedStatefulSet({ namespace });
  await apps.deleteCollectionNamespacedReplicaSet({ namespace });
  await core.deleteCollectionNamespacedPod({ namespace, gracePeriodSeconds: 0 });
}

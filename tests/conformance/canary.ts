import { setTimeout as sleep } from "node:timers/promises";
import { AppsV1Api, CoreV1Api, type KubeConfig } from "@kubernetes/client-node";
import { manifestOf, NAME, type Shape } from "./shape.ts";
import type { Watched } from "./watched.ts";

const NAMESPACE = "canary";
const LOOK_MS = 50;
const PAUSE_MS = 200;

const pods = { release: "r1", startMs: 100, stopMs: 0, broken: false };
const common = { pods, replicas: 0, minReadySeconds: 0 };
const strategy = { maxSurge: 1, maxUnavailable: 1 };
const SHAPES = [
  { ...common, kind: "Deployment", paused: false, strategy },
  { ...common, kind: "StatefulSet", policy: "Parallel", partition: 0, onDelete: false },
] as const satisfies readonly Shape[];

/** How quick the controllers are now. */
export type Canary = {
  /** Whether they have done something from beginning to end since an instant: then all that came before it is done as well. */
  readonly hasSungSince: (atMs: number) => boolean;
  /** The longest that they took for it since an instant, in ms. */
  readonly slowestSince: (atMs: number) => number;
};

/**
 * Scales a Deployment and a StatefulSet between 0 and 1 again and again, and notes how long it takes until the watch shows that
 * every controller has done its part. On a busy machine the controllers may do nothing for seconds: then silence is no proof that
 * a rollout is over, but a song that began in the silence is.
 */
export async function startCanary(config: KubeConfig, watched: Watched, signal: AbortSignal): Promise<Canary> {
  const [core, apps] = [config.makeApiClient(CoreV1Api), config.makeApiClient(AppsV1Api)];
  const songs: { readonly beganAtMs: number; readonly tookMs: number }[] = [];
  await core.createNamespace({ body: { metadata: { name: NAMESPACE } } });
  for (const shape of SHAPES) {
    const body = manifestOf(shape, 0);
    if (body.kind === "Deployment") await apps.createNamespacedDeployment({ namespace: NAMESPACE, body });
    if (body.kind === "StatefulSet") await apps.createNamespacedStatefulSet({ namespace: NAMESPACE, body });
  }
  const isDone = (version: number, replicas: number) => {
    const later = watched.sights(NAMESPACE).filter((sight) => sight.version >= version);
    return ["Deployment", "StatefulSet"].every((kind) =>
      later.some((sight) => {
        if (sight.kind !== kind || (sight.kind !== "Deployment" && sight.kind !== "StatefulSet")) return false;
        const { metadata, status } = sight.object;
        const isSeen = (status?.observedGeneration ?? 0) >= (metadata?.generation ?? 0);
        return isSeen && (status?.replicas ?? 0) === replicas && (status?.readyReplicas ?? 0) === replicas;
      }),
    );
  };
  const sing = async (step: number) => {
    const replicas = step % 2;
    const beganAtMs = performance.now();
    let version = Number.POSITIVE_INFINITY;
    for (const shape of SHAPES) {
      const body = manifestOf({ ...shape, replicas }, step);
      const place = { namespace: NAMESPACE, name: NAME };
      const { metadata } = await (body.kind === "StatefulSet"
        ? apps.replaceNamespacedStatefulSet({ ...place, body })
        : apps.replaceNamespacedDeployment({ ...place, body: body.kind === "Deployment" ? body : {} }));
      version = Math.min(version, Number(metadata?.resourceVersion));
    }
    while (!isDone(version, replicas)) await sleep(LOOK_MS, undefined, { signal });
    songs.push({ beganAtMs, tookMs: performance.now() - beganAtMs });
    watched.forget(NAMESPACE);
    await sleep(PAUSE_MS, undefined, { signal });
  };
  const singOn = async () => {
    for (let step = 1; !signal.aborted; step += 1) await sing(step);
  };
  singOn().catch((error) => {
    if (!signal.aborted) console.error(`the canary fell silent: ${error.message}`);
  });
  return {
    hasSungSince: (atMs) => (songs.at(-1)?.beganAtMs ?? 0) >= atMs,
    slowestSince: (atMs) =>
      Math.max(0, ...songs.filter(({ beganAtMs, tookMs }) => beganAtMs + tookMs >= atMs).map(({ tookMs }) => tookMs)),
  };
}

import { type RawObject, selectorText, type Transport } from "../api-server.ts";
import type { Clock } from "../clock.ts";
import type { Gap, Happening } from "../events.ts";
import { LOAD_NAME } from "../load/name.ts";
import type { Recorder } from "../recording/recorder.ts";
import { type Followed, follow } from "./follow.ts";
import {
  type EndpointSliceObject,
  type EventObject,
  endpointsSeen,
  kubernetesEventSeen,
  type OwnerObject,
  type PodObject,
} from "./objects.ts";
import { type Seen, type Selection, selection, type Watched } from "./selection.ts";

/** Which objects of the cluster the observer watches. */
export type WatchTarget = {
  /** It need not exist yet, and may be deleted and created again during the watch. */
  readonly namespace: string;
  /** The Services whose endpoints are watched. */
  readonly services: readonly string[];
  readonly of: Watched;
};

export type WatchOptions = {
  readonly transport: Transport;
  readonly target: WatchTarget;
  readonly clock: Pick<Clock, "monotonicMs" | "sleep">;
  readonly recorder: Pick<Recorder, "nowMs" | "record">;
  readonly signal: AbortSignal;
};

type Source = Gap["source"];

/**
 * Records every change of the watched pods, of their owners and of the Services' endpoints, and every new Event of Kubernetes,
 * until the signal is aborted. Resolves after the first list of each kind; `done` resolves when all watches have ended.
 * @throws {ApiError} when the API server refuses a list.
 */
export async function watchCluster(options: WatchOptions): Promise<{ readonly done: Promise<void> }> {
  const { transport, target, clock, recorder, signal } = options;
  const namespaced = (group: string, kind: string) => `${group}/namespaces/${target.namespace}/${kind}`;
  const tell = (happening: Happening) => void recorder.record(happening);
  const { pods, owners, kinds, labels, events, begin } = selection(options);
  const start = <T>(source: Source, followed: Pick<Followed, "path" | "labelSelector">, seen: Seen<T>) => {
    const onGap: Followed["onGap"] = (sinceMs, why) => {
      const untilMs = recorder.nowMs();
      tell({ type: "gap", source, fromMs: untilMs - (clock.monotonicMs() - sinceMs), untilMs, why, toldLate: true });
    };
    return begin(source, followed.path, () =>
      follow<T & RawObject>({ ...followed, onObject: seen, onGap }, { transport, clock, signal }),
    );
  };
  let isWatching = false;
  const following = await Promise.all([
    start<PodObject>("pods", { path: namespaced("/api/v1", "pods"), ...labels.pods }, pods),
    ...kinds.map((kind) =>
      start<OwnerObject>(
        "owners",
        { path: namespaced("/apis/apps/v1", `${kind.toLowerCase()}s`), ...labels.owners },
        owners(kind),
      ),
    ),
    ...target.services.map((service) =>
      start<EndpointSliceObject>(
        "endpoints",
        {
          path: namespaced("/apis/discovery.k8s.io/v1", "endpointslices"),
          labelSelector: selectorText({ "kubernetes.io/service-name": service }),
        },
        (object, change) => tell(endpointsSeen(object, change)),
      ),
    ),
    start<EventObject>(
      "kubernetes-events",
      { path: namespaced("/api/v1", "events") },
      eventTeller(events, () => isWatching),
    ),
  ]);
  isWatching = true;
  return { done: Promise.all(following.map(({ done }) => done)).then(() => undefined) };
}

/**
 * Tells each version of an Event once. The first list also shows Events of earlier runs, which Kubernetes keeps for an hour:
 * they are not told. An Event that only a later list shows is told, because the watch missed it.
 */
function eventTeller(tell: Selection["events"], isWatching: () => boolean): Seen<EventObject> {
  const seen = new Set<string>();
  return (object, change) => {
    const version = `${object.metadata.uid} ${object.metadata.resourceVersion}`;
    // Events about the load's own Job and pods are no part of the experiment.
    if (object.involvedObject?.name?.startsWith(LOAD_NAME)) return;
    const isNews = change !== "deleted" && !seen.has(version) && (change !== "listed" || isWatching());
    seen.add(version);
    if (isNews) tell(object.involvedObject?.uid ?? "", kubernetesEventSeen(object));
  };
}

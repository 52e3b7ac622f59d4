import type { Event, Recording } from "../events.ts";

/** What turns times of the cluster's clock (ms since the epoch) into times of the recording (ms since its start). */
export type ClusterClock = {
  readonly toRecordingMs: (clusterWallMs: number) => number;
  /** How far a converted time may be off, beside Kubernetes' own rounding down to whole seconds. */
  readonly uncertaintyMs: number;
};

/** Kubernetes cuts its times down to whole seconds: the true instant is up to this much later. */
export const KUBERNETES_TIME_STEP_MS = 1000;

/** Makes the clock from the comparison that was surest; without any, host and cluster are taken to share one clock. */
export function clusterClock({ header, events }: Recording): ClusterClock {
  let best: Extract<Event, { type: "clock" }> | undefined;
  for (const event of events) {
    if (event.type === "clock" && (!best || event.uncertaintyMs < best.uncertaintyMs)) best = event;
  }
  // The host's wall clock may be set while we record: its difference to the monotonic one is taken at the comparison.
  const reference = best ?? events[0];
  const zeroWallMs = reference ? reference.wallMs - reference.atMs : header.startedWallMs;
  const offsetMs = best?.offsetMs ?? 0;
  return {
    toRecordingMs: (clusterWallMs) => clusterWallMs - offsetMs - zeroWallMs,
    uncertaintyMs: best?.uncertaintyMs ?? 0,
  };
}

import type { Event, Recording } from "../events.ts";

/** Converts times of the cluster's clock (ms since the epoch) into times of the recording (ms since its start). */
export type ClusterClock = {
  readonly toRecordingMs: (clusterWallMs: number) => number;
  /** Error of a converted time, in either direction. The rounding of `KUBERNETES_TIME_STEP_MS` comes on top. */
  readonly uncertaintyMs: number;
};

/** Kubernetes rounds its times down to whole seconds: the true instant is up to this much later. */
export const KUBERNETES_TIME_STEP_MS = 1000;

/**
 * Makes the clock from the comparison of the smallest uncertainty. Without any comparison it takes host and cluster to share
 * one clock. Two differences lie between a time of the cluster and a time of the recording: the cluster's clock against the
 * host's wall clock (`offsetMs`), and the host's wall clock against the recording's monotonic clock.
 *
 * Example: the recording starts at 10:00:00.000 of the host, and the comparison at 5 s says that the cluster is 40 ms ahead.
 * - The cluster's 10:00:07.040 is the host's 10:00:07.000, which is 7.000 s of the recording.
 * - A pod's creation time of 10:00:07 becomes 6.960 s. Kubernetes rounds down, so the pod was created in 6.960..7.960 s.
 */
export function clusterClock({ header, events }: Recording): ClusterClock {
  let best: Extract<Event, { type: "clock" }> | undefined;
  for (const event of events) {
    if (event.type === "clock" && (!best || event.uncertaintyMs < best.uncertaintyMs)) best = event;
  }
  // A wall clock may be set meanwhile: `offsetMs` belongs to the wall clock of the comparison's own stamp.
  const reference = best ?? events[0];
  const zeroWallMs = reference ? reference.wallMs - reference.atMs : header.startedWallMs;
  const offsetMs = best?.offsetMs ?? 0;
  return {
    toRecordingMs: (clusterWallMs) => clusterWallMs - offsetMs - zeroWallMs,
    uncertaintyMs: best?.uncertaintyMs ?? 0,
  };
}

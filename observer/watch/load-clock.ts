import type { Transport } from "../api-server.ts";
import type { Clock } from "../clock.ts";
import type { Recorder } from "../recording/recorder.ts";
import { compareClocks } from "./clocks.ts";

/**
 * Compares the clocks, records that, and tells by how many ms times of the cluster (since the epoch) are moved to become the
 * recording's. Clocks whose difference is no larger than its uncertainty are one and the same, as they are on minikube.
 */
export async function fromClusterMs(
  transport: Pick<Transport, "request">,
  clock: Pick<Clock, "wallMs" | "sleep">,
  recorder: Pick<Recorder, "nowMs" | "record">,
  signal: AbortSignal,
): Promise<number> {
  const toRecordingMs = recorder.nowMs() - clock.wallMs();
  try {
    const compared = await compareClocks(transport, clock, signal);
    if (signal.aborted) return toRecordingMs;
    recorder.record(compared);
    const { offsetMs, uncertaintyMs } = compared;
    return toRecordingMs - (Math.abs(offsetMs) <= uncertaintyMs ? 0 : offsetMs);
  } catch (error) {
    const message = `clocks: ${(error as Error).message}; load's times are taken to be this machine's`;
    recorder.record({ type: "engine", kind: "diagnostic", severity: "warning", message });
    return toRecordingMs;
  }
}

import type { Gap } from "../events.ts";
import type { Recorder } from "../recording/recorder.ts";

export type MayBeRefused = {
  readonly source: Gap["source"];
  /** The objects of the source as a right names them: `endpointslices`. */
  readonly resource: string;
  readonly recorder: Pick<Recorder, "nowMs" | "record">;
  readonly signal: AbortSignal;
};

type Running = { readonly done: Promise<void> };

const FORBIDDEN = 403;
const NOT_FOUND = 404;

/**
 * Starts a source of which the user may not have the right to list the objects. Then the rest of the observation goes on without
 * it: the whole time is a gap, which makes inconclusive what this source would have to decide. Any other error is thrown on, and
 * so is that of wrong credentials (401), with which nothing can be seen.
 *
 * Example: the right to list endpointslices is missing, and the observation lasts from 0.2 s to 61 s. The gap of the source
 * `endpoints` is from 0.2 s to 61 s.
 */
export async function unlessRefused(start: () => Promise<Running>, refused: MayBeRefused): Promise<Running> {
  const { source, resource, recorder, signal } = refused;
  const fromMs = recorder.nowMs();
  try {
    return await start();
  } catch (error) {
    if (!isForbidden(error)) throw error;
    const why = `the right to list ${resource} is missing (HTTP ${FORBIDDEN}), see bin/lab watch --print-rbac`;
    return {
      done: aborted(signal).then(() => {
        recorder.record({ type: "gap", source, fromMs, untilMs: recorder.nowMs(), why });
      }),
    };
  }
}

/** Whether an error is the API server's answer that the user lacks a right. */
export const isForbidden = (error: unknown): boolean => hasStatus(error, FORBIDDEN);

/** Whether an error is the API server's answer that there is no such object. */
export const isGone = (error: unknown): boolean => hasStatus(error, NOT_FOUND);

const hasStatus = (error: unknown, status: number): boolean =>
  typeof error === "object" && error !== null && "statusCode" in error && error.statusCode === status;

const aborted = (signal: AbortSignal): Promise<void> =>
  signal.aborted
    ? Promise.resolve()
    : new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));

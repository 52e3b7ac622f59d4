import type { Progress } from "../../observer/run/conduct.ts";
import type { Durations } from "../../setup/machine/durations.ts";

type OnProgress = (progress: Progress) => void;

/** Phases whose length is the machine's affair; observing lasts as long as asked. */
const TIMED = ["planning", "operating"] as const;
type Timed = (typeof TIMED)[number];

const isTimed = (doing: Progress["doing"]): doing is Timed => TIMED.some((one) => one === doing);

/**
 * Says with the progress of a stack's steps how long each phase usually takes on this machine, and writes down how long it took
 * this time. An operation that failed, on purpose or not, is not written down: it may have waited for its timeout.
 */
export async function timedProgress(
  stack: string,
  steps: readonly { readonly id: string }[],
  durations: Durations,
  onProgress: OnProgress,
  nowMs: () => number = () => performance.now(),
): Promise<OnProgress> {
  const nameOf = (step: string, doing: Timed) => `${stack}: ${doing} ${step}`;
  const names = steps.flatMap(({ id }) => TIMED.map((doing) => nameOf(id, doing)));
  const known = new Map(
    await Promise.all(names.map(async (name) => [name, await durations.usualSeconds(name)] as const)),
  );
  let running: { readonly name: string; readonly sinceMs: number; readonly doing: Timed } | undefined;
  return (progress) => {
    const { step, doing, failed } = progress;
    if (running && (running.doing === "planning" || !failed))
      void durations.took(running.name, (nowMs() - running.sinceMs) / 1000);
    running = undefined;
    if (step === undefined || !isTimed(doing)) return onProgress(progress);
    const name = nameOf(step, doing);
    const usualSeconds = known.get(name);
    running = { name, sinceMs: nowMs(), doing };
    onProgress({ ...progress, ...(usualSeconds !== undefined && { usuallyMs: usualSeconds * 1000 }) });
  };
}

import type { Clock } from "../../../observer/clock.ts";

/** A clock that stands still until a test turns it. */
export type TurnedClock = {
  readonly clock: Pick<Clock, "monotonicMs" | "sleep">;
  /** Moves the clock forward and wakes every sleeper at its time. */
  readonly turnTo: (ms: number) => Promise<void>;
  /** Sets the clock, as a process sees it that was stopped meanwhile: sleepers wake at the next turn. */
  readonly jumpTo: (ms: number) => void;
  /** Runs all pending promises, until the code under test waits for the clock. */
  readonly settle: () => Promise<void>;
};

/** Makes a clock that shows `startMs`. */
export function turnedClock(startMs: number): TurnedClock {
  let now = startMs;
  const sleepers = new Set<{ readonly untilMs: number; readonly wake: () => void }>();
  const clock: TurnedClock["clock"] = {
    monotonicMs: () => now,
    sleep: (ms, signal) =>
      new Promise<void>((resolve) => {
        if (signal?.aborted) return resolve();
        const sleeper = {
          untilMs: now + ms,
          wake: () => {
            sleepers.delete(sleeper);
            resolve();
          },
        };
        sleepers.add(sleeper);
        signal?.addEventListener("abort", sleeper.wake);
      }),
  };
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
  return {
    clock,
    settle,
    jumpTo: (ms) => {
      now = ms;
    },
    async turnTo(ms) {
      for (;;) {
        await settle();
        const [next] = [...sleepers].toSorted((a, b) => a.untilMs - b.untilMs);
        if (!next || next.untilMs > ms) break;
        now = Math.max(now, next.untilMs);
        next.wake();
      }
      now = ms;
    },
  };
}

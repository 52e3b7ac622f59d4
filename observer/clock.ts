/** The source of all times. Injected, so that tests control time. */
export type Clock = {
  /** Ms since an unknown instant; never goes back. */
  readonly monotonicMs: () => number;
  /** Ms since the epoch. */
  readonly wallMs: () => number;
  /** Resolves after `ms`, or as soon as the signal is aborted; never rejects. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
};

/** This machine's clock. Its wall time follows the monotonic clock from the process's start, so it never jumps. */
export const hostClock: Clock = {
  monotonicMs: () => performance.now(),
  wallMs: () => performance.timeOrigin + performance.now(),
  sleep: (ms, signal) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    if (signal?.aborted) return Promise.resolve();
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal?.addEventListener("abort", end);
    return promise;
  },
};

/** Rounds a time to thousandths of a millisecond: clocks are no finer, and more digits only cost space. */
export const roundedMs = (ms: number): number => Math.round(ms * 1000) / 1000;

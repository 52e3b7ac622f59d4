/** Where times come from; injected, so that tests turn the hands themselves. */
export type Clock = {
  /** Of no known origin, never set back. */
  readonly monotonicMs: () => number;
  /** Since the epoch. */
  readonly wallMs: () => number;
  /** Resolves after the time, or as soon as the signal is aborted. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
};

/** The host's own clock. */
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

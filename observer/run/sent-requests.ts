import type { Happening } from "../events.ts";

/** Counts recorded requests by when they were sent, in ms of the recording. */
export type SentRequests = {
  readonly see: (happening: Happening) => void;
  /** Number of those that were sent at that instant or later. It forgets what was sent before: a later call has no earlier instant. */
  readonly since: (fromMs: number) => number;
};

export function sentRequests(): SentRequests {
  let asked = 0;
  let sent: number[] = [];
  return {
    see(happening) {
      if (happening.type === "request" && happening.sentMs >= asked) sent.push(happening.sentMs);
    },
    since(fromMs) {
      if (fromMs > asked) {
        asked = fromMs;
        sent = sent.filter((sentMs) => sentMs >= fromMs);
      }
      return sent.length;
    },
  };
}

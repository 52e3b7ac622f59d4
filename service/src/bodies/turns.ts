/** Divides the event loop's time into turns, so that short requests are answered between long ones. */
export interface Turns {
  /** Runs a job, now or in a later turn of the event loop; it costs as much as a body of `bytes`. */
  take(bytes: number, job: () => void): void;
}

interface Job {
  readonly bytes: number;
  readonly run: () => void;
}

/**
 * The time to read, check and answer a body grows with its length. Without turns all bodies that have arrived would be
 * read before the first is answered, and probes would wait for all of them. A turn starts jobs until they reach
 * `turnBytes`: with 64, of three jobs of 40 bytes two run in one turn, and the third in the next.
 */
export function createTurns(turnBytes: number): Turns {
  const waiting: Job[] = [];
  let spentBytes = 0;
  let scheduled = false;

  function run({ bytes, run }: Job) {
    spentBytes += bytes;
    if (!scheduled) {
      scheduled = true;
      setImmediate(nextTurn);
    }
    run();
  }

  function nextTurn() {
    scheduled = false;
    spentBytes = 0;
    while (spentBytes < turnBytes) {
      const job = waiting.shift();
      if (!job) return;
      run(job);
    }
  }

  return {
    take(bytes, job) {
      if (waiting.length === 0 && spentBytes < turnBytes) run({ bytes, run: job });
      else waiting.push({ bytes, run: job });
    },
  };
}

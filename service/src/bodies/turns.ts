/** Shares the event loop out, so that short requests are answered between long ones. */
export interface Turns {
  /** Runs a job that costs as much as so many bytes of a body, now or in a later turn of the event loop. */
  take(bytes: number, job: () => void): void;
}

interface Job {
  readonly bytes: number;
  readonly run: () => void;
}

/**
 * Reading, checking and answering a body costs time by its length. Without this all that have arrived are read before
 * the first is answered: probes would wait behind all of them. A turn takes no more than `turnBytes`, or one larger job.
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

import type { Model, Outcome } from "./model.ts";
import { Unavailable } from "./problem.ts";
import { ROW_WIDTH } from "./schemas.ts";

/** Rows that write themselves into the input tensor when their turn comes. */
export interface Rows {
  readonly count: number;
  /** Writes `count * ROW_WIDTH` numbers from `offset` on. */
  writeTo(target: Float32Array, offset: number): void;
}

/** Predicts rows; rejects with Unavailable when too many wait already. */
export type Predict = (rows: Rows) => Promise<Outcome>;

/** Predicts in batches. */
export interface Batcher {
  readonly predict: Predict;
  /** How many rows wait now. */
  readonly queuedRows: number;
}

/** Bounds of the batcher, in rows. */
export interface BatchLimits {
  /** One run takes no more than this, so that liveness and readiness are answered in between. */
  readonly maxRunRows: number;
  /** More than this do not wait; a single request may never be larger. */
  readonly maxQueuedRows: number;
}

interface Job {
  readonly rows: Rows;
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Requests of one turn of the event loop share one run: a run costs far more than a further row in it.
 * While one run is under way the next batch gathers, so there is never more than one.
 */
export function createBatcher(model: Model, { maxRunRows, maxQueuedRows }: BatchLimits): Batcher {
  const queue: Job[] = [];
  let queuedRows = 0;
  let scheduled = false;
  // There is never more than one run, so all share one input: memory outside V8's heap is dear to get and to give back.
  const input = new Float32Array(maxRunRows * ROW_WIDTH);

  function schedule() {
    if (scheduled || queue.length === 0) return;
    scheduled = true;
    setImmediate(flush);
  }

  function take(): { jobs: Job[]; count: number } {
    let taken = 0;
    let count = 0;
    for (const { rows } of queue) {
      if (taken > 0 && count + rows.count > maxRunRows) break;
      count += rows.count;
      taken += 1;
    }
    queuedRows -= count;
    return { jobs: queue.splice(0, taken), count };
  }

  async function flush() {
    const { jobs, count } = take();
    try {
      const size = count * ROW_WIDTH;
      // Only a single request may be larger than a run.
      const features = size <= input.length ? input.subarray(0, size) : new Float32Array(size);
      let offset = 0;
      for (const { rows } of jobs) {
        rows.writeTo(features, offset);
        offset += rows.count * ROW_WIDTH;
      }
      share(jobs, await model.run(features, count));
    } catch (error) {
      for (const job of jobs) job.reject(error);
    }
    scheduled = false;
    schedule();
  }

  return {
    predict: (rows) =>
      new Promise((resolve, reject) => {
        if (queuedRows + rows.count > maxQueuedRows) {
          reject(new Unavailable(`${queuedRows} rows are waiting, which is as much as is allowed.`, 1));
          return;
        }
        queuedRows += rows.count;
        queue.push({ rows, resolve, reject });
        schedule();
      }),
    get queuedRows() {
      return queuedRows;
    },
  };
}

/** Gives each job its own rows; one with a probability that is not finite fails alone. */
function share(jobs: readonly Job[], { labels, probabilities }: Outcome) {
  let start = 0;
  for (const { rows, resolve, reject } of jobs) {
    const end = start + rows.count;
    const own = probabilities.subarray(start, end);
    // JSON has no NaN or infinity: they would go out as null.
    if (own.every(Number.isFinite)) resolve({ labels: labels.subarray(start, end), probabilities: own });
    else reject(new Error("The model gave a probability that is not finite."));
    start = end;
  }
}

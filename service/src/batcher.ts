import type { Model, Outcome } from "./model.ts";
import { Unavailable } from "./problem.ts";
import { ROW_WIDTH } from "./schemas.ts";

/** Rows that write themselves into the input tensor when their run comes. */
export interface Rows {
  readonly count: number;
  /** Writes `count * ROW_WIDTH` numbers from `offset` on. */
  writeTo(target: Float32Array, offset: number): void;
}

/** Predicts rows; rejects with Unavailable when too many wait already. */
export type Predict = (rows: Rows) => Promise<Outcome>;

export interface Batcher {
  readonly predict: Predict;
  readonly queuedRows: number;
}

/** Bounds of the batcher, in rows. */
export interface BatchLimits {
  /** Limit of a run, so that liveness and readiness are answered between runs. */
  readonly maxRunRows: number;
  /** Limit of the rows that wait; a single request can never have more. */
  readonly maxQueuedRows: number;
}

interface Job {
  readonly rows: Rows;
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Requests that arrive in one turn of the event loop share a run, because a run costs far more than one more row in it:
 * requests for 1, 2 and 1 rows become one run of 4. A run blocks the event loop, so there is never more than one.
 */
export function createBatcher(model: Model, { maxRunRows, maxQueuedRows }: BatchLimits): Batcher {
  const queue: Job[] = [];
  let queuedRows = 0;
  let scheduled = false;
  // All runs share one input: memory outside V8's heap is expensive to allocate and to free.
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

  function flush() {
    scheduled = false;
    const { jobs, count } = take();
    try {
      const size = count * ROW_WIDTH;
      // A single request may be larger than a run; it then runs alone.
      const features = size <= input.length ? input.subarray(0, size) : new Float32Array(size);
      let offset = 0;
      for (const { rows } of jobs) {
        rows.writeTo(features, offset);
        offset += rows.count * ROW_WIDTH;
      }
      share(jobs, model.run(features, count));
    } catch (error) {
      for (const job of jobs) job.reject(error);
    }
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

/** Resolves each job with its own rows; a job with a probability that is not finite fails alone. */
function share(jobs: readonly Job[], { labels, probabilities }: Outcome) {
  let start = 0;
  for (const { rows, resolve, reject } of jobs) {
    const end = start + rows.count;
    const own = probabilities.subarray(start, end);
    // JSON has no NaN or infinity and would write null.
    if (own.every(Number.isFinite)) resolve({ labels: labels.subarray(start, end), probabilities: own });
    else reject(new Error("The model gave a probability that is not finite."));
    start = end;
  }
}

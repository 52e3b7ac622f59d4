import type { Model, Outcome } from "./model.ts";
import { Unavailable } from "./problem.ts";

/** Rows that write themselves into the input tensor when their run comes. */
export interface Rows {
  readonly count: number;
  /** Writes the features of `count` rows from `offset` on. */
  writeTo(target: Float32Array, offset: number): void;
}

/** The part of a run's outcome that belongs to one request: `count` rows from `first` on. */
export interface Share extends Outcome {
  readonly first: number;
  readonly count: number;
}

/** Receives a request's share of a run, or the reason why there is none. */
export type Answer = (error: Error | null, share?: Share) => void;

/** Predicts rows, and calls `answer` once: at once with Unavailable if too many wait already, else after their run. */
export type Predict = (rows: Rows, answer: Answer) => void;

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
  readonly answer: Answer;
}

/**
 * Requests that arrive in one turn of the event loop share a run, because a run costs far more than one more row in it:
 * requests for 1, 2 and 1 rows become one run of 4. A run blocks the event loop, so there is never more than one.
 */
export function createBatcher(model: Model, { maxRunRows, maxQueuedRows }: BatchLimits): Batcher {
  const { width, probabilitiesPerRow } = model;
  const queue: Job[] = [];
  let queuedRows = 0;
  let scheduled = false;
  // All runs share one input: memory outside V8's heap is expensive to allocate and to free.
  const input = new Float32Array(maxRunRows * width);

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
    schedule();
    let outcome: Outcome;
    try {
      outcome = model.run(gather(jobs, count), count);
    } catch (error) {
      for (const { answer } of jobs) answer(error as Error);
      return;
    }
    share(jobs, outcome, probabilitiesPerRow);
  }

  function gather(jobs: readonly Job[], count: number): Float32Array {
    const size = count * width;
    // A single request may be larger than a run; it then runs alone.
    const features = size <= input.length ? input.subarray(0, size) : new Float32Array(size);
    let offset = 0;
    for (const { rows } of jobs) {
      rows.writeTo(features, offset);
      offset += rows.count * width;
    }
    return features;
  }

  return {
    predict(rows, answer) {
      if (queuedRows + rows.count > maxQueuedRows) {
        answer(new Unavailable(`${queuedRows} rows are waiting, which is as much as is allowed.`, 1));
        return;
      }
      queuedRows += rows.count;
      queue.push({ rows, answer });
      schedule();
    },
    get queuedRows() {
      return queuedRows;
    },
  };
}

/** Answers each job with its own rows; a job with a probability that is not finite fails alone. */
function share(jobs: readonly Job[], outcome: Outcome, perRow: number): void {
  const { labels, probabilities } = outcome;
  let first = 0;
  for (const { rows, answer } of jobs) {
    const { count } = rows;
    const share = { labels, probabilities, first, count };
    try {
      if (allFinite(share, perRow)) answer(null, share);
      else answer(new Error("The model gave a probability that is not finite."));
    } catch (error) {
      // An answer that cannot be written must not take the others of its run with it.
      answer(error as Error);
    }
    first += count;
  }
}

/** JSON has no NaN or infinity and would write null. */
function allFinite({ probabilities, first, count }: Share, perRow: number): boolean {
  const end = (first + count) * perRow;
  for (let at = first * perRow; at < end; at += 1) if (!Number.isFinite(probabilities[at])) return false;
  return true;
}

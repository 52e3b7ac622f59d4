import type { Batcher, Predict } from "./batcher.ts";
import { Unavailable } from "./problem.ts";

/** What the process is doing; it only ever moves forward. */
export type Phase = "starting" | "ready" | "draining";

/** The one mutable state of the process: whether it can predict, and whether it should still get new work. */
export class Lifecycle {
  #batcher: Batcher | undefined;
  #draining = false;

  get phase(): Phase {
    if (this.#draining) return "draining";
    return this.#batcher ? "ready" : "starting";
  }

  /** The model is loaded and warm. */
  ready(batcher: Batcher): void {
    this.#batcher = batcher;
  }

  /** How many rows wait for the model. */
  get queuedRows(): number {
    return this.#batcher?.queuedRows ?? 0;
  }

  /** Asked to stop: no longer ready, but still answering. */
  drain(): void {
    this.#draining = true;
  }

  /**
   * Predicts, also while draining.
   * @throws {Unavailable} until the model is loaded.
   */
  readonly predict: Predict = (rows) => {
    if (!this.#batcher) throw new Unavailable("The model is not loaded yet.", 1);
    return this.#batcher.predict(rows);
  };
}

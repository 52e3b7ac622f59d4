import type { Batcher, Predict } from "./batcher.ts";
import { Unavailable } from "./problem.ts";

/** The one mutable state of the process: whether it can predict, and whether it should get new work. */
export class Lifecycle {
  #batcher: Batcher | undefined;
  #failure: string | undefined;
  #paused = false;
  #draining = false;

  /** Somebody asked it to stop. */
  get draining(): boolean {
    return this.#draining;
  }

  /** How many rows wait for the model. */
  get queuedRows(): number {
    return this.#batcher?.queuedRows ?? 0;
  }

  /** The model is loaded, warm and checked. */
  ready(batcher: Batcher): void {
    this.#batcher = batcher;
  }

  /** The model must not be served, which time will not mend: never ready, but alive to say why. */
  fail(reason: string): void {
    this.#failure = reason;
  }

  /** Wants no new work for the time being, but answers what comes. */
  pause(): void {
    this.#paused = true;
  }

  /** Takes back a pause. */
  resume(): void {
    this.#paused = false;
  }

  /** Asked to stop: no longer ready, but still answering. */
  drain(): void {
    this.#draining = true;
  }

  /**
   * Returns when it should get new work.
   * @throws {Unavailable} saying why it should not.
   */
  requireReady(): void {
    const reason = this.#unready();
    if (reason) throw new Unavailable(`Not ready: ${reason}.`, 1);
  }

  /**
   * Predicts, also while draining.
   * @throws {Unavailable} until the model is loaded, and for ever when it failed.
   */
  readonly predict: Predict = (rows) => {
    if (this.#batcher) return this.#batcher.predict(rows);
    throw new Unavailable(this.#failure ? `No model: ${this.#failure}.` : "The model is not loaded yet.", 1);
  };

  #unready(): string | undefined {
    if (this.#draining) return "draining";
    if (this.#failure) return this.#failure;
    if (!this.#batcher) return "starting";
    return this.#paused ? "paused on purpose" : undefined;
  }
}

import type { Batcher, Predict } from "./batcher.ts";
import { Unavailable } from "./problem.ts";

/** The only mutable state of the process: whether it can predict, and whether it should get requests. */
export class Lifecycle {
  #batcher: Batcher | undefined;
  #failure: string | undefined;
  #paused = false;
  #draining = false;

  get draining(): boolean {
    return this.#draining;
  }

  get queuedRows(): number {
    return this.#batcher?.queuedRows ?? 0;
  }

  /** Says that the model is loaded, warm and checked. */
  ready(batcher: Batcher): void {
    this.#batcher = batcher;
  }

  /** Says that the model must not be served. The process is never ready, but stays alive to say why. */
  fail(reason: string): void {
    this.#failure = reason;
  }

  /** Asks for no new requests for a while, but answers those that come. */
  pause(): void {
    this.#paused = true;
  }

  /** Ends a pause. */
  resume(): void {
    this.#paused = false;
  }

  /** Begins to stop: no longer ready, but still answering. */
  drain(): void {
    this.#draining = true;
  }

  /**
   * Checks that the process should get requests.
   * @throws {Unavailable} saying why it should not.
   */
  requireReady(): void {
    const reason = this.#unready();
    if (reason) throw new Unavailable(`Not ready: ${reason}.`, 1);
  }

  /**
   * Predicts, also while draining; answers with Unavailable until the model is loaded, and for ever if its check
   * failed.
   */
  readonly predict: Predict = (rows, answer) => {
    if (this.#batcher) this.#batcher.predict(rows, answer);
    else answer(new Unavailable(this.#failure ? `No model: ${this.#failure}.` : "The model is not loaded yet.", 1));
  };

  #unready(): string | undefined {
    if (this.#draining) return "draining";
    if (this.#failure) return this.#failure;
    if (!this.#batcher) return "starting";
    return this.#paused ? "paused on purpose" : undefined;
  }
}

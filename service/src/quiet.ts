import type { EventEmitter } from "node:events";
import { setImmediate as nextTurn } from "node:timers/promises";

/**
 * One turn of the event loop accepts a connection and the next reads it, so several turns in a row must bring nothing.
 */
const QUIET_TURNS = 3;

/**
 * Resolves when nothing more arrives, and after `mostMs` at the latest, as some clients never stop asking. After CPU
 * starvation, timers fire before queued sockets are read; closing then would reset requests already received.
 */
export async function quiet(server: EventEmitter, mostMs: number, now = () => performance.now()): Promise<void> {
  let came = 0;
  const count = () => {
    came += 1;
  };
  server.on("connection", count).on("request", count);
  const endMs = now() + mostMs;
  for (let still = 0; still < QUIET_TURNS && now() < endMs; ) {
    const before = came;
    await nextTurn();
    still = came === before ? still + 1 : 0;
  }
  server.off("connection", count).off("request", count);
}

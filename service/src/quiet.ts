import type { EventEmitter } from "node:events";
import { setImmediate as nextTurn } from "node:timers/promises";

/** A turn of the event loop accepts one connection and the next one reads it: as many turns in a row must bring nothing. */
const QUIET_TURNS = 3;

/**
 * Resolves once nothing more has come that can be read at once, and after `mostMs` at the latest, as some clients never stop
 * asking. Who was kept from the CPU wakes up with its timers due and its sockets full: to close then would reset connections
 * whose requests have arrived already.
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

import type { Server } from "node:http";
import { setImmediate as nextTurn } from "node:timers/promises";

/** A turn of the event loop accepts one connection and the next one reads it: as many turns in a row must bring nothing. */
const QUIET_TURNS = 3;
/** Clients that never stop asking do not keep it from ending. */
const MOST_TURNS = 10_000;

/**
 * Resolves once nothing more has come that can be read at once. Who was kept from the CPU wakes up with its timers due and its
 * sockets full: to close then would reset connections whose requests have arrived already.
 */
export async function quiet(server: Server): Promise<void> {
  let came = 0;
  const count = () => {
    came += 1;
  };
  server.on("connection", count).on("request", count);
  for (let turn = 0, still = 0; turn < MOST_TURNS && still < QUIET_TURNS; turn += 1) {
    const before = came;
    await nextTurn();
    still = came === before ? still + 1 : 0;
  }
  server.off("connection", count).off("request", count);
}

import type { Client } from "undici";
import type { ConnectionFacts } from "../event-details.ts";

/*
 * What a kept connection has been through: its number, and when it last answered. undici opens another connection behind the same
 * client when the server has closed one, so numbers follow connections and not clients. Example of one client; times in s:
 *
 *   1.0  connects: number 7     request, answered at 1.2
 *   3.2                         request, reset by the server: number 7, idle for 2.0 s
 *   3.4  connects: number 8     request: number 8, not used before
 */

/** The connections of one client, one after the other. */
export type KeptConnection = {
  /** What is known as a request is sent on it. */
  readonly sending: () => Pick<ConnectionFacts, "socket" | "idleMs">;
  readonly answered: () => void;
};

/** Counts the connections of all clients that share it, and follows each client's. `nowMs` is any monotonic clock. */
export function countConnections(nowMs: () => number): (client: Client) => KeptConnection {
  let opened = 0;
  return (client) => {
    let socket: number | undefined;
    let answeredMs: number | undefined;
    client.on("connect", () => {
      opened += 1;
      socket = opened;
      answeredMs = undefined;
    });
    return {
      sending: () => ({
        ...(socket === undefined ? {} : { socket }),
        ...(answeredMs === undefined ? {} : { idleMs: Math.round(nowMs() - answeredMs) }),
      }),
      answered: () => {
        answeredMs = nowMs();
      },
    };
  };
}

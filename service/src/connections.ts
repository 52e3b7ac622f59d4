import type { Server } from "node:http";
import { Server as NetServer, type Socket } from "node:net";
import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";

/** The time between two looks for idle connections; a request may come so much later than its connection. */
const SWEEP_MS = 100;

/** Tracks the open connections of a server, from now on. */
export function connectionsOf(server: Server): ReadonlySet<Socket> {
  const connections = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    connections.add(socket);
    socket.once("close", () => connections.delete(socket));
  });
  return connections;
}

/**
 * Stops listening, and resolves when every connection has ended: idle ones soon, those with a request after its answer,
 * and those with an incomplete request by the server's own timers. Answers that nobody has read after `readMs` are cut
 * off; returns their number.
 */
export async function endConnections(
  server: Server,
  connections: ReadonlySet<Socket>,
  readMs: number,
): Promise<number> {
  // The HTTP server's own `close` stops its timers for headers and requests, and waits for connections that never sent
  // a byte.
  const ended = new Promise((resolve) => NetServer.prototype.close.call(server, resolve));
  const endMs = performance.now() + readMs;
  let cut = 0;
  while (connections.size > 0) {
    await sleep(SWEEP_MS);
    // After CPU starvation, timers fire before queued sockets are read; in one more turn they are.
    await nextTurn();
    const open = [...connections];
    for (const socket of open) if (socket.bytesRead === 0) socket.destroy();
    const unread = open.filter((socket) => socket.writableLength > 0);
    // Node.js considers a connection idle as soon as the answer is written to its buffer, and would cut it off.
    if (unread.length === 0) server.closeIdleConnections();
    else if (performance.now() >= endMs) {
      for (const socket of unread) socket.destroy();
      cut += unread.length;
    }
  }
  await ended;
  return cut;
}

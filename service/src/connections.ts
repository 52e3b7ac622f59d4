import type { Server } from "node:http";
import { Server as NetServer, type Socket } from "node:net";
import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";

/** How often to look for connections on which nothing is under way; a request may come so much later than its connection. */
const SWEEP_MS = 100;

/** The open connections of a server, from now on. */
export function connectionsOf(server: Server): ReadonlySet<Socket> {
  const connections = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    connections.add(socket);
    socket.once("close", () => connections.delete(socket));
  });
  return connections;
}

/**
 * Stops listening, and resolves once every connection has ended: soon where nothing is under way, after its answer where a
 * request is, and by the server's own timers where one does not arrive in full. Answers that have not been read after
 * `readMs` are cut off; gives how many those were.
 */
export async function endConnections(
  server: Server,
  connections: ReadonlySet<Socket>,
  readMs: number,
): Promise<number> {
  // An HTTP server's own close stops its timers for headers and requests, and waits for connections that never sent a byte.
  const ended = new Promise((resolve) => NetServer.prototype.close.call(server, resolve));
  const endMs = performance.now() + readMs;
  let cut = 0;
  while (connections.size > 0) {
    await sleep(SWEEP_MS);
    // What has arrived meanwhile is read first, however late this timer is.
    await nextTurn();
    const open = [...connections];
    for (const socket of open) if (socket.bytesRead === 0) socket.destroy();
    const unread = open.filter((socket) => socket.writableLength > 0);
    // Node.js takes a connection for idle as soon as its answer is given to it, and would cut it off.
    if (unread.length === 0) server.closeIdleConnections();
    else if (performance.now() >= endMs) {
      for (const socket of unread) socket.destroy();
      cut += unread.length;
    }
  }
  await ended;
  return cut;
}

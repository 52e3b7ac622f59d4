import type { FastifyInstance } from "fastify";
import type { Lingering } from "./lingering.ts";

/**
 * More connections are dropped. One takes up to 28 KiB, most of it for headers that have not all come: together 14 MiB.
 * Twice as many as the benchmark's most clients.
 */
export const MAX_CONNECTIONS = 512;

/**
 * Bounds what clients take that only connect. When one is dropped, perhaps a probe, those that nobody waits for make room for
 * its next try.
 */
export function boundConnections({ server }: FastifyInstance, lingering: Lingering): void {
  server.maxConnections = MAX_CONNECTIONS;
  server.on("drop", () => {
    server.closeIdleConnections();
    lingering.close();
  });
}

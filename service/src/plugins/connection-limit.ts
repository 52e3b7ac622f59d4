import type { FastifyInstance } from "fastify";
import type { Lingering } from "./lingering.ts";

/**
 * The limit of connections; further ones are dropped. A connection takes up to 28 KiB, most of it for incomplete
 * headers: together 14 MiB. It is twice the largest number of clients in the benchmark.
 */
export const MAX_CONNECTIONS = 512;

/**
 * Limits connections. When one is dropped, perhaps a probe's, `dropped` is told, and idle ones and those that have their
 * last answer make room for its next try.
 */
export function boundConnections({ server }: FastifyInstance, lingering: Lingering, dropped: () => void): void {
  server.maxConnections = MAX_CONNECTIONS;
  server.on("drop", () => {
    dropped();
    server.closeIdleConnections();
    lingering.close();
  });
}

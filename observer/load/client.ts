import { Client, type Dispatcher, Pool } from "undici";
import type { ConnectionFacts } from "../event-details.ts";
import { countConnections, type KeptConnection } from "./kept-connection.ts";

/** How a request reaches the service: on a new TCP connection of its own, or on one that is used again and again. */
export type Connection = "fresh" | "kept";

/** How a request ended: with a status and a body, or with the cause of its failure. */
export type Outcome = ({ readonly status: number; readonly text: string } | { readonly error: string }) & {
  /** What the client knows of the request's way. */
  readonly way?: ConnectionFacts;
};

/** Sends requests. A promise of `send` never rejects: it resolves with the outcome once the request ends or times out. */
export type Sender = {
  readonly send: (connection: Connection, body: string) => Promise<Outcome>;
  /** Closes all connections; requests that are under way end with an error. */
  readonly close: () => Promise<void>;
};

/** A user's patience: after this time a request counts as not answered. */
export const REQUEST_TIMEOUT_MS = 5_000;
/** Number of kept connections: enough to reach every one of a few pods, few enough that each is used several times a second. */
const KEPT_CONNECTIONS = 10;
const KEPT_IDLE_MS = 30_000;
const SWEEP_EVERY_MS = 100;

/** One request under way. */
type Flight = { readonly deadlineMs: number; readonly expire: () => void };

/**
 * Sends POST requests to one URL. A kept connection carries one request at a time; when all are busy, another one is opened, so
 * that a slow answer never delays the next request.
 */
export function createSender(url: string, timeoutMs: number): Sender {
  const { origin, pathname } = new URL(url);
  const connect = { timeout: timeoutMs };
  // Pipelining 0 makes undici close each connection after its answer, and announce that to the server.
  const fresh = new Pool(origin, { connections: null, pipelining: 0, connect });
  const follow = countConnections(() => performance.now());
  const idle: Kept[] = [];
  const flights = new Set<Flight>();
  const keep = (): Kept => {
    const client = new Client(origin, { connect, keepAliveTimeout: KEPT_IDLE_MS });
    return { client, connection: follow(client) };
  };
  for (let made = 0; made < KEPT_CONNECTIONS; made += 1) idle.push(keep());

  // One timer for all requests: a timer for each would cost as much as the request itself.
  const sweep = setInterval(() => {
    const nowMs = performance.now();
    for (const flight of flights) if (flight.deadlineMs <= nowMs) flight.expire();
  }, SWEEP_EVERY_MS);

  function dispatch(dispatcher: Dispatcher, body: string, kept?: KeptConnection): Promise<Outcome> {
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    const chunks: Buffer[] = [];
    let controller: Dispatcher.DispatchController | undefined;
    let status = 0;
    let sent: ConnectionFacts = {};
    let retryAfter: number | undefined;
    const settle = (outcome: { readonly status: number; readonly text: string } | { readonly error: string }) => {
      flights.delete(flight);
      const { idleMs, ...always } = sent;
      if ("error" in outcome) {
        const reached = status > 0 ? "answer" : controller ? "server" : "nothing";
        resolve({ ...outcome, way: { ...sent, reached } });
      } else if (outcome.status >= 400) {
        resolve({
          ...outcome,
          way: { ...sent, ...(retryAfter === undefined ? {} : { retryAfterSeconds: retryAfter }) },
        });
      } else resolve({ ...outcome, way: always });
    };
    const flight: Flight = {
      deadlineMs: performance.now() + timeoutMs,
      expire: () => {
        settle({ error: "timeout" });
        controller?.abort(new Error("timeout"));
      },
    };
    flights.add(flight);
    const request = { path: pathname, method: "POST", headers: HEADERS, body } as const;
    try {
      dispatcher.dispatch(request, {
        onRequestStart: (started) => {
          controller = started;
          if (kept) sent = kept.sending();
          // The request timed out before it got a connection: abort it.
          if (!flights.has(flight)) started.abort(new Error("timeout"));
        },
        onResponseStart: (_controller, statusCode, headers) => {
          status = statusCode;
          if (statusCode >= 400) retryAfter = secondsOf(headers["retry-after"]);
        },
        onResponseData: (_controller, chunk) => {
          chunks.push(chunk);
        },
        onResponseEnd: () => {
          kept?.answered();
          settle({ status, text: Buffer.concat(chunks).toString() });
        },
        onResponseError: (_controller, error) => settle({ error: reasonOf(error) }),
      });
    } catch (error) {
      settle({ error: reasonOf(error as Error) });
    }
    return promise;
  }

  async function sendKept(body: string): Promise<Outcome> {
    const kept = idle.shift() ?? keep();
    const outcome = await dispatch(kept.client, body, kept.connection);
    // A failed request may leave its client without a usable connection, or still waiting for one: replace the client.
    if ("error" in outcome) {
      void kept.client.destroy();
      idle.push(keep());
    } else idle.push(kept);
    return outcome;
  }

  return {
    send: (connection, body) => (connection === "fresh" ? dispatch(fresh, body) : sendKept(body)),
    async close() {
      clearInterval(sweep);
      await Promise.all([fresh, ...idle.map(({ client }) => client)].map((dispatcher) => dispatcher.destroy()));
    },
  };
}

type Kept = { readonly client: Client; readonly connection: KeptConnection };

/** Retry-After in seconds; undefined where it is absent or a date. */
const secondsOf = (header: string | string[] | undefined): number | undefined =>
  typeof header === "string" && /^\d+$/.test(header) ? Number(header) : undefined;

const HEADERS = { "content-type": "application/json" };

/** The operating system's code where there is one, such as ECONNREFUSED; otherwise undici's message. */
function reasonOf(error: Error & { code?: string }): string {
  const { code, cause } = error as { code?: string; cause?: { code?: string } };
  if (cause?.code) return cause.code;
  if (code === "UND_ERR_CONNECT_TIMEOUT") return "timeout";
  return code === undefined || code.startsWith("UND_ERR") ? error.message : code;
}

import type { Client, Dispatcher } from "undici";
import type { ConnectionFacts } from "../event-details.ts";
import type { SentRequest } from "../request/sent-request.ts";
import { connectionsTo } from "./connector.ts";
import { countConnections, type KeptConnection } from "./kept-connection.ts";

/** How a request reaches the service: on a new TCP connection of its own, or on one that is used again and again. */
export type Connection = "fresh" | "kept";

/** How a request ended: with a status, headers and a body, or with the cause of its failure. */
export type Outcome = Ending & {
  /** What the client knows of the request's way. */
  readonly way?: ConnectionFacts;
};

type Ending =
  | { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly text: string }
  | { readonly error: string };

/** Sends requests. A promise of `send` never rejects: it resolves with the outcome once the request ends or times out. */
export type Sender = {
  readonly send: (connection: Connection, body: string | Buffer | undefined) => Promise<Outcome>;
  /** Closes all connections; requests that are under way end with an error. */
  readonly close: () => Promise<void>;
};

/** Number of kept connections: enough to reach every one of a few pods, few enough that each is used several times a second. */
const KEPT_CONNECTIONS = 10;
const SWEEP_EVERY_MS = 100;

/** One request under way. */
type Flight = { readonly deadlineMs: number; readonly expire: () => void };

/**
 * Sends one request to one URL again and again. A kept connection carries one request at a time; when all are busy, another one
 * is opened, so that a slow answer never delays the next request.
 */
export function createSender(url: string, request: SentRequest): Sender {
  const { origin, pathname, search, username, password } = new URL(url);
  const { method, timeoutMs } = request;
  const headers = { ...authorization(username, password), ...request.headers };
  const connections = connectionsTo(origin, request);
  const follow = countConnections(() => performance.now());
  const idle: Kept[] = [];
  const flights = new Set<Flight>();
  const keep = (): Kept => {
    const client = connections.keep();
    return { client, connection: follow(client) };
  };
  for (let made = 0; made < KEPT_CONNECTIONS; made += 1) idle.push(keep());

  // One timer for all requests: a timer for each would cost as much as the request itself.
  const sweep = setInterval(() => {
    const nowMs = performance.now();
    for (const flight of flights) if (flight.deadlineMs <= nowMs) flight.expire();
  }, SWEEP_EVERY_MS);

  function send(dispatch: Dispatch, body: Body, kept?: KeptConnection): Promise<Outcome> {
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    const chunks: Buffer[] = [];
    let controller: Dispatcher.DispatchController | undefined;
    let status = 0;
    let sent: ConnectionFacts = {};
    let answered: Readonly<Record<string, string>> = {};
    const settle = (outcome: Ending) => {
      flights.delete(flight);
      const { idleMs, ...always } = sent;
      if ("error" in outcome) {
        const reached = status > 0 ? "answer" : controller ? "server" : "nothing";
        resolve({ ...outcome, way: { ...sent, reached } });
      } else if (outcome.status >= 400) {
        const retryAfter = secondsOf(answered["retry-after"]);
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
    const options = {
      path: pathname + search,
      method: method as Dispatcher.HttpMethod,
      headers,
      ...(body !== undefined && { body }),
    };
    try {
      dispatch(options, {
        onRequestStart: (started) => {
          controller = started;
          if (kept) sent = kept.sending();
          // The request timed out before it got a connection: abort it.
          if (!flights.has(flight)) started.abort(new Error("timeout"));
        },
        onResponseStart: (_controller, statusCode, received) => {
          status = statusCode;
          answered = joined(received);
        },
        onResponseData: (_controller, chunk) => {
          chunks.push(chunk);
        },
        onResponseEnd: () => {
          if (kept) kept.answered();
          else withoutStackTraces();
          settle({ status, headers: answered, text: Buffer.concat(chunks).toString() });
        },
        onResponseError: (_controller, error) => settle({ error: reasonOf(error) }),
      });
    } catch (error) {
      settle({ error: reasonOf(error as Error) });
    }
    return promise;
  }

  async function sendKept(body: Body): Promise<Outcome> {
    const kept = idle.shift() ?? keep();
    const outcome = await send(
      (options, handler) => void kept.client.dispatch(options, handler),
      body,
      kept.connection,
    );
    // A failed request may leave its client without a usable connection, or still waiting for one: replace the client.
    if ("error" in outcome) {
      void kept.client.destroy();
      idle.push(keep());
    } else idle.push(kept);
    return outcome;
  }

  return {
    send: (connection, body) => (connection === "fresh" ? send(connections.fresh, body) : sendKept(body)),
    async close() {
      clearInterval(sweep);
      await Promise.all([connections.close(), ...idle.map(({ client }) => client.destroy())]);
    },
  };
}

type Kept = { readonly client: Client; readonly connection: KeptConnection };
type Dispatch = (options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler) => void;
type Body = string | Buffer | undefined;

/**
 * Leaves out the stack traces of errors until the callback that runs is over. Undici closes a fresh connection after its answer with an
 * error that nobody sees, whose stack trace is a tenth of what load costs.
 */
function withoutStackTraces(): void {
  const { stackTraceLimit } = Error;
  // Another answer of the same callback has left them out already.
  if (stackTraceLimit === 0) return;
  Error.stackTraceLimit = 0;
  queueMicrotask(() => {
    Error.stackTraceLimit = stackTraceLimit;
  });
}

/** Retry-After in seconds; undefined where it is absent or a date. */
const secondsOf = (header: string | undefined): number | undefined =>
  header !== undefined && /^\d+$/.test(header) ? Number(header) : undefined;

/** What a URL's user name and password become on the way: `authorization` of the scheme Basic. */
function authorization(username: string, password: string): Readonly<Record<string, string>> {
  if (username === "" && password === "") return {};
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { authorization: `Basic ${Buffer.from(pair).toString("base64")}` };
}

/** Headers with one text each: of several headers of one name the values are joined, as RFC 9110 reads them. */
const joined = (headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(", ") : (value ?? "")]),
  );

/** The operating system's code where there is one, such as ECONNREFUSED; otherwise undici's message. */
function reasonOf(error: Error & { code?: string }): string {
  const { code, cause } = error as { code?: string; cause?: { code?: string } };
  if (cause?.code) return cause.code;
  if (code === "UND_ERR_CONNECT_TIMEOUT") return "timeout";
  return code === undefined || code.startsWith("UND_ERR") ? error.message : code;
}

import type { TLSSocket } from "node:tls";
import { buildConnector, Client, type Dispatcher, Pool } from "undici";
import type { SentRequest } from "../request/sent-request.ts";

/** Makes what requests go through: connections that close after one answer, and clients that keep theirs. */
export type Connections = {
  /** Gives one request a connection of its own. */
  readonly fresh: (request: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler) => void;
  /** Makes a client that keeps its connection. */
  readonly keep: () => Client;
  readonly close: () => Promise<void>;
};

const KEPT_IDLE_MS = 30_000;

/** Connects to the origin of one URL as the request asks for: by HTTP/1.1 or HTTP/2, with or without TLS. */
export function connectionsTo(origin: string, request: SentRequest): Connections {
  const connect = connectorOf(request);
  const common = { connect, allowH2: request.http2 };
  const keep = () => new Client(origin, { ...common, keepAliveTimeout: KEPT_IDLE_MS });
  if (!request.http2) {
    // Pipelining 0 makes undici close each connection after its answer, and announce that to the server.
    const pool = new Pool(origin, { ...common, connections: null, pipelining: 0 });
    return { fresh: (options, handler) => void pool.dispatch(options, handler), keep, close: () => pool.destroy() };
  }
  // HTTP/2 has no word for a connection's end after one answer: each request has a client of its own, which is then closed.
  const open = new Set<Client>();
  return {
    fresh(options, handler) {
      const client = keep();
      open.add(client);
      client.dispatch(options, handler);
      void client.close().then(() => open.delete(client));
    },
    keep,
    close: async () => void (await Promise.all([...open].map((client) => client.destroy()))),
  };
}

/** Connects as undici does, with the certificates, the name and the protocol that the request asks for. */
function connectorOf({ tls, http2, timeoutMs }: SentRequest): buildConnector.connector {
  const connect = buildConnector({
    timeout: timeoutMs,
    allowH2: http2,
    preferH2: http2,
    // A user who comes anew shakes hands in full: no connection resumes the session of another one.
    maxCachedSessions: 0,
    ...(tls?.ca !== undefined && { ca: tls.ca }),
    ...(tls?.insecure && { rejectUnauthorized: false }),
  });
  return (options, callback) => {
    const servername = tls?.serverName ?? options.servername;
    connect({ ...options, ...(servername !== undefined && { servername }) }, (...[error, socket]) => {
      if (error) return callback(error, null);
      // Without TLS nothing is agreed on: undici speaks HTTP/2 at once where the socket says so.
      if (http2 && options.protocol === "http:") Object.assign(socket, { alpnProtocol: "h2" });
      if (!http2 || (socket as TLSSocket).alpnProtocol === "h2") return callback(null, socket);
      socket.destroy();
      callback(new Error("the server does not speak HTTP/2"), null);
    });
  };
}

import type { Duplex, Readable } from "node:stream";
import Docker from "dockerode";
import type { Connection } from "./connection.ts";
import { messageOf, UserError } from "./errors.ts";

/** How long a daemon may take to answer a ping, in milliseconds. */
const PING_TIMEOUT_MS = 10_000;

/** A request for which dockerode has no method. */
export interface RawRequest {
  method?: "GET" | "POST";
  /** Path that ends in `?` if there is a query. */
  path: string;
  query?: Record<string, string | number | string[]>;
  headers?: Record<string, string>;
  body?: Readable;
  registryConfig?: object;
  signal?: AbortSignal;
  /** Whether to take over the connection after the answer. */
  hijack?: boolean;
}

/** A docker daemon. Its errors name its address. */
export class Daemon {
  readonly docker: Docker;
  readonly host: string;
  readonly #encrypted: boolean;

  constructor(connection: Connection) {
    this.host = connection.host;
    this.#encrypted = connection.options.protocol === "https";
    // dockerode fills in absent options from DOCKER_HOST, but not options that are there and undefined.
    const none = { host: undefined, socketPath: undefined, ca: undefined, cert: undefined, key: undefined };
    this.docker = new Docker({ ...none, ...connection.options } as Docker.DockerOptions);
  }

  /**
   * Makes sure that the daemon answers.
   * @throws {UserError} that says why it does not.
   */
  async ping(): Promise<void> {
    try {
      const answer = await this.request({
        path: "/_ping",
        method: "GET",
        signal: AbortSignal.timeout(PING_TIMEOUT_MS),
      });
      answer.resume();
    } catch (error) {
      throw this.explain(error);
    }
  }

  /** Sends a request and returns the answer as a stream; rejects with dockerode's error. */
  request(request: RawRequest): Promise<Duplex> {
    const options = {
      path: request.path,
      method: request.method ?? "POST",
      options: request.query,
      headers: request.headers,
      file: request.body,
      registryconfig: request.registryConfig,
      abortSignal: request.signal,
      hijack: request.hijack,
      isStream: true,
      statusCodes: { 200: true, 101: true },
    };
    return new Promise((done, fail) => {
      this.docker.modem.dial(options as never, (error: unknown, stream) => {
        if (error) fail(error);
        else done(stream as Duplex);
      });
    });
  }

  /** Turns an error of a request into one that names the daemon; it quotes the daemon's answer if there is one. */
  explain(error: unknown): Error {
    if (error instanceof UserError) return error;
    const answer = answerOf(error);
    if (answer !== undefined && !/HTTP request to an HTTPS server/.test(answer)) return new Error(answer);
    return new UserError(explainUnreachable(this.host, error, this.#encrypted), { cause: error });
  }
}

/** The daemon's own message in an error of dockerode; undefined if the daemon did not answer. */
export function answerOf(error: unknown): string | undefined {
  const { statusCode, json } = error as { statusCode?: number; json?: { message?: string } };
  if (statusCode === undefined) return undefined;
  return (
    json?.message ??
    messageOf(error)
      .replace(/^\(HTTP code \d+\) [^-]*- /, "")
      .trim()
  );
}

const AWAY: Record<string, string> = {
  ECONNREFUSED: "nothing listens there",
  ENOENT: "there is no such socket",
  EACCES: "this user may not use the socket",
  ENOTFOUND: "no such host",
  EAI_AGAIN: "no such host",
  EHOSTUNREACH: "no route to it",
  ENETUNREACH: "no route to it",
  ETIMEDOUT: "it does not answer",
  TimeoutError: "it does not answer",
  AbortError: "it does not answer",
  ABORT_ERR: "it does not answer",
};

/** Says why a daemon cannot be reached, and what to do. */
export function explainUnreachable(host: string, error: unknown, encrypted: boolean): string {
  const message = messageOf(error);
  const { code = "", name = "" } = error as { code?: string; name?: string };
  if (/HTTP request to an HTTPS server/.test(message)) {
    return `The docker daemon at ${host} expects TLS. Set docker:certPath to the folder with ca.pem, cert.pem and key.pem`;
  }
  // A server that rejects a client's certificate may close the connection without saying so.
  if (isCertificateError(String(code), message) || (encrypted && code === "ECONNRESET")) {
    return (
      `The docker daemon at ${host} and this client do not accept each other's certificates: ${briefly(message)}. ` +
      "Set docker:certPath to the folder with the ca.pem, cert.pem and key.pem of this very daemon " +
      "(minikube: `minikube docker-env` prints it as DOCKER_CERT_PATH)"
    );
  }
  const why = AWAY[code] ?? AWAY[name] ?? message;
  return (
    `Cannot connect to the docker daemon at ${host}: ${why} (${message}). Is it running? Start docker, ` +
    "or for minikube's daemon run `minikube start`, or set docker:host to the right address"
  );
}

/** Shortens a message: OpenSSL surrounds its reason with file names and numbers, and Node.js adds advice on its own options. */
function briefly(message: string): string {
  const buried = /SSL routines:[^:]*:([^:]+):/.exec(message)?.[1];
  return buried ?? message.replace(/;.*$/s, "").trim();
}

function isCertificateError(code: string, message: string): boolean {
  return (
    /^ERR_(TLS|SSL|OSSL)|CERT|UNABLE_TO_VERIFY|^EPROTO$/.test(code) || /certificate|alert|PEM routines/i.test(message)
  );
}

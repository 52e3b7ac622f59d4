import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Room } from "../bodies/room.ts";
import type { Metrics } from "../metrics.ts";

/**
 * Unanswered requests that one connection may have; what follows them waits as bytes. All 512 connections together may
 * have 2048, which take 5 kB each.
 */
const MAX_UNANSWERED = 4;
// A callback that returns this stops llhttp where it is, and the rest of what was read comes back with an error of this code.
const HPE_PAUSED = 21;
const PAUSED = "HPE_PAUSED";
// Any other value than 0 to 2 makes the parser fail, by HPE_CB_HEADERS_COMPLETE.
const REFUSED = -1;
const REQUEST_TIMEOUT = "ERR_HTTP_REQUEST_TIMEOUT";

/** The part of Node's HTTP parser that is needed here; Node has no public way to stop within one read. */
interface Parser {
  onIncoming: ((request: IncomingMessage, keepAlive: boolean) => number) | null;
  resume(): void;
  /** Gives the number of bytes that were parsed, or why not all of them were. */
  execute(bytes: Buffer): number | ParseError;
}

/** An error of the parser, with what was read and how much of it was parsed. */
export interface ParseError extends Error {
  readonly code?: string;
  readonly bytesParsed?: number;
  rawPacket?: unknown;
}

type HttpSocket = Socket & { readonly parser?: Parser | null };

/**
 * Limits the memory of pipelined requests. Node.js parses all requests of one read before the first is answered: 64 KiB
 * on each of 64 connections were 16,000 requests and 80 MB. Here the parser stops after a few. The bytes behind them
 * count in the room of the bodies, and are parsed after answers have been sent.
 */
export class Pipelines {
  readonly #room: Room;
  readonly #dropped: () => void;
  readonly #pipelines = new WeakMap<Socket, Pipeline>();

  /**
   * `aborted` is told of each request whose client went away before its answer was sent, `dropped` of each connection
   * for whose bytes there is no room.
   */
  constructor(server: Server, room: Room, { aborted, dropped }: Pick<Metrics, "aborted" | "dropped">) {
    this.#room = room;
    this.#dropped = dropped;
    // After Node's own listener, which gives the socket its parser.
    server.on("connection", (socket: HttpSocket) => {
      if (socket.parser) this.#pipelines.set(socket, new Pipeline(server, socket, socket.parser, this.#room));
    });
    server.prependListener("request", (request: IncomingMessage, response: ServerResponse) => {
      const pipeline = this.#pipelines.get(request.socket);
      pipeline?.add();
      response.on("close", () => {
        if (!response.writableFinished) aborted();
        pipeline?.answered();
      });
    });
    // Node.js would answer these itself, without a metric or a line in the log; an expectation may be ignored (RFC
    // 9110, 10.1.1).
    server.on("checkExpectation", (request, response) => server.emit("request", request, response));
  }

  /**
   * Keeps the bytes that a stopped parser has left, or drops the connection if there is no room for them. Returns false
   * for any other error.
   */
  keep(error: ParseError, socket: Socket): boolean {
    // The client is not to blame for a request that waits here.
    if (error.code === REQUEST_TIMEOUT && this.waits(socket)) return true;
    if (error.code !== PAUSED) return false;
    // An answer to these bytes would overtake those to earlier requests.
    if (!this.#pipelines.get(socket)?.keep(error)) {
      this.#dropped();
      socket.destroy();
    }
    return true;
  }

  /** Whether a connection has requests that are not parsed yet. */
  waits(socket: Socket): boolean {
    return this.#pipelines.get(socket)?.waits === true;
  }
}

class Pipeline {
  readonly #server: Server;
  readonly #socket: HttpSocket;
  readonly #parser: Parser;
  readonly #room: Room;
  #unanswered = 0;
  #rest: Buffer | undefined;
  /** The size of the buffer of which the rest is a part, and which it keeps in memory. */
  #keptBytes = 0;

  constructor(server: Server, socket: HttpSocket, parser: Parser, room: Room) {
    this.#server = server;
    this.#socket = socket;
    this.#parser = parser;
    this.#room = room;
    const { onIncoming } = parser;
    parser.onIncoming = (request, keepAlive) => {
      // Node.js would answer 400 and close, which resets the connection of a client that still sends.
      if (lacksHost(request)) return REFUSED;
      const result = onIncoming?.(request, keepAlive) ?? 0;
      return result === 0 && this.#unanswered >= MAX_UNANSWERED ? HPE_PAUSED : result;
    };
    // Node resumes a socket when a body is read or answers have been sent, but what is kept comes first.
    socket.on("resume", () => {
      if (this.#rest) this.#hold();
    });
    socket.once("close", () => this.#release());
  }

  get waits(): boolean {
    return this.#rest !== undefined;
  }

  add(): void {
    this.#unanswered += 1;
  }

  keep({ rawPacket, bytesParsed = 0 }: ParseError): boolean {
    if (!Buffer.isBuffer(rawPacket)) return false;
    // Counted once: the parser may stop in the same buffer several times.
    if (this.#keptBytes === 0) {
      if (!this.#room.take(rawPacket.length)) return false;
      this.#keptBytes = rawPacket.length;
    }
    this.#rest = rawPacket.subarray(bytesParsed);
    this.#hold();
    return true;
  }

  /** Node's listener of "pause" stops the reading. While a resume is pending, `pause()` does not emit the event. */
  #hold(): void {
    this.#socket.pause();
    this.#socket.emit("pause");
  }

  answered(): void {
    this.#unanswered -= 1;
    // The last request may need bytes of the rest for its own body.
    if (this.#rest && this.#unanswered <= 1) this.#parseRest(this.#rest);
  }

  #parseRest(rest: Buffer): void {
    if (this.#socket.destroyed || this.#socket.parser !== this.#parser) return;
    this.#rest = undefined;
    this.#parser.resume();
    // Also when nothing is left: a request without a body is complete only then.
    const result = this.#parser.execute(rest);
    if (typeof result !== "number") {
      result.rawPacket = rest;
      this.#server.emit("clientError", result, this.#socket);
    } else if (result < rest.length) {
      // The client asks for another protocol; there is none.
      this.#socket.destroy();
    }
    if (this.#rest) return;
    this.#release();
    this.#socket.resume();
  }

  #release(): void {
    this.#room.give(this.#keptBytes);
    this.#keptBytes = 0;
    this.#rest = undefined;
  }
}

/** Whether a request has no Host, which only HTTP/1.0 allows (RFC 9112, 3.2). */
function lacksHost({ headers, httpVersion }: IncomingMessage): boolean {
  return headers.host === undefined && httpVersion === "1.1";
}

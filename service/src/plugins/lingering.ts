import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { finished, Readable } from "node:stream";
import { discardBody } from "../bodies/body-reader.ts";

// What a client still sends after its last answer is read up to these bounds; then the connection is cut off. They are
// four times the largest BODY_LIMIT, which takes 4.2 s at 1 MB/s.
const LINGER_BYTES = 4 * 2 ** 20;
const LINGER_MS = 5_000;

/**
 * Connections that have their last answer while the request still arrives. Closing one at once would reset it, and its
 * client could miss the answer.
 */
export class Lingering {
  readonly #sockets = new Set<Socket>();
  readonly #ended = new WeakSet<Socket>();

  /** A stream that sends an answer's content at once, but ends only after the request. */
  answer(request: IncomingMessage, content: Buffer): Readable {
    const answer = new Readable({ read() {} });
    answer.push(content);
    const stop = this.#bound(request.socket, discardBody(request));
    finished(request, () => {
      stop();
      answer.push(null);
    });
    return answer;
  }

  /**
   * Sends the last bytes on a connection that cannot be parsed any further, and throws away what its client still
   * sends.
   */
  end(socket: Socket, bytes: string): void {
    this.#ended.add(socket);
    socket.once("close", this.#bound(socket, socket));
    // This closes our half of the connection; the client closes the other.
    socket.end(bytes);
    socket.resume();
  }

  /** Cuts a connection off if too much comes from `source`, or for too long, until the function that it gives is called. */
  #bound(socket: Socket, source: Readable): () => void {
    const mostBytes = socket.bytesRead + LINGER_BYTES;
    this.#sockets.add(socket);
    // Unreferenced: a process that stops does not wait for it.
    const timer = setTimeout(() => socket.destroy(), LINGER_MS).unref();
    source.on("data", () => {
      if (socket.bytesRead > mostBytes) socket.destroy();
    });
    return () => {
      clearTimeout(timer);
      this.#sockets.delete(socket);
    };
  }

  /** Whether `end` was called for a connection. */
  hasEnded(socket: Socket): boolean {
    return this.#ended.has(socket);
  }

  /** Whether nothing more may be sent on a connection. */
  has(socket: Socket): boolean {
    return this.#sockets.has(socket);
  }

  /** Cuts off all these connections. */
  close(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}

import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { finished, Readable } from "node:stream";
import { discardBody } from "../bodies/body-reader.ts";

// A client that still sends after the last answer is read on for so much and so long, and then cut off: four times the largest
// BODY_LIMIT, which takes 4.2 s at 1 MB/s.
const LINGER_BYTES = 4 * 2 ** 20;
const LINGER_MS = 5_000;

/**
 * Connections that have had their last answer while the request still arrives. To close one at once resets it, and its client
 * sees that instead of the answer.
 */
export class Lingering {
  readonly #sockets = new Set<Socket>();
  readonly #ended = new WeakSet<Socket>();

  /** An answer's content that is sent at once, but ends only when the request does, or takes too long. */
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

  /** Ends a connection that can be parsed no further with these last bytes; what its client still sends is thrown away. */
  end(socket: Socket, bytes: string): void {
    this.#ended.add(socket);
    socket.once("close", this.#bound(socket, socket));
    // Half of it: the client ends the other one.
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

  /** Whether a connection was ended. */
  hasEnded(socket: Socket): boolean {
    return this.#ended.has(socket);
  }

  /** Whether nothing more may be sent on a connection. */
  has(socket: Socket): boolean {
    return this.#sockets.has(socket);
  }

  /** Waits no longer. */
  close(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}

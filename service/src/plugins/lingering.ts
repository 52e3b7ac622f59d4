import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { finished, Readable } from "node:stream";
import { discardBody } from "../bodies/body-reader.ts";

/**
 * Connections that have had their last answer while the request still arrives. To close one at once resets it, and its client
 * sees that instead of the answer.
 */
export class Lingering {
  readonly #sockets = new Set<Socket>();

  /** An answer's content that is sent at once, but ends only when the request does, or takes too long. */
  answer(request: IncomingMessage, content: Buffer): Readable {
    const { socket } = request;
    const answer = new Readable({ read() {} });
    answer.push(content);
    this.#sockets.add(socket);
    finished(discardBody(request), () => {
      this.#sockets.delete(socket);
      answer.push(null);
    });
    return answer;
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

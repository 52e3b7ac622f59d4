import { IncomingMessage } from "node:http";
import type { Room } from "./room.ts";

const EMPTY = Buffer.alloc(0);
// Smaller buffers are not worth the time to free them, and many of them share one piece of memory.
const SMALL_BYTES = 4_096;

/** The memory of one request's body. It counts in the room that all bodies share until it is released. */
export class BodyMemory {
  readonly #room: Room;
  #takenBytes = 0;
  #bytes: Buffer = EMPTY;

  constructor(room: Room) {
    this.#room = room;
  }

  /** Memory for the body; the writer knows how much of it is written. */
  get bytes(): Buffer {
    return this.#bytes;
  }

  /** Takes room for `size` bytes in all, without memory yet; returns false if the room is full. */
  reserve(size: number): boolean {
    const more = size - this.#takenBytes;
    if (!this.#room.take(more)) return false;
    this.#takenBytes = size;
    return true;
  }

  /** Makes the whole body, which fits into what is reserved, its own: it must not be shared with anybody. */
  adopt(body: Buffer): void {
    this.#bytes = body;
  }

  /** Enlarges `bytes` to `size` and keeps the first `length` of them; returns false if the room is full. */
  enlarge(size: number, length: number): boolean {
    if (!this.reserve(size)) return false;
    const larger = Buffer.allocUnsafe(size);
    if (length > 0) larger.set(this.#bytes.subarray(0, length));
    free(this.#bytes);
    this.#bytes = larger;
    return true;
  }

  /** Replaces `bytes`, and frees the old ones; returns false if the room is full. */
  replace(bytes: Buffer): boolean {
    if (!this.#room.take(bytes.length)) return false;
    this.release();
    this.#takenBytes = bytes.length;
    this.#bytes = bytes;
    return true;
  }

  /** Frees the body, which nobody may read afterwards. */
  release(): void {
    this.#room.give(this.#takenBytes);
    this.#takenBytes = 0;
    free(this.#bytes);
    this.#bytes = EMPTY;
  }
}

/** Whether a piece of a body belongs to nobody else: what does not come from the network may. */
export function isOwn(piece: Buffer, payload: IncomingMessage): boolean {
  return piece.byteLength === piece.buffer.byteLength && payload instanceof IncomingMessage;
}

/** Frees a piece of a body that has been copied or is not needed. */
export function freePiece(piece: Buffer, payload: IncomingMessage): void {
  if (piece.length >= SMALL_BYTES && isOwn(piece, payload)) free(piece);
}

/**
 * Frees the memory of a buffer that no other buffer shares. The garbage collector would free it late, because it sees
 * few small objects and not the memory behind them: 40 MB gathered under a load of 0.6 MB bodies.
 */
function free({ buffer, byteLength }: Buffer<ArrayBufferLike>): void {
  if (byteLength >= SMALL_BYTES && byteLength === buffer.byteLength && buffer instanceof ArrayBuffer)
    buffer.transfer(0);
}

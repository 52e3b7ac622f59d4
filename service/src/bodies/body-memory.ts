import { IncomingMessage } from "node:http";
import type { Room } from "./room.ts";

const EMPTY = Buffer.alloc(0);
// Smaller ones are not worth the time, and many of them share one piece of memory.
const SMALL_BYTES = 4_096;

/** The memory of one request that has a body: counted in the room it shares with all others until it is released. */
export class BodyMemory {
  readonly #room: Room;
  #takenBytes = 0;
  #bytes: Buffer = EMPTY;

  constructor(room: Room) {
    this.#room = room;
  }

  /** Room for the body; what is written into it is the writer's to know. */
  get bytes(): Buffer {
    return this.#bytes;
  }

  /** Makes `bytes` so long, and keeps the first `length` of them; false when the room is full. */
  enlarge(size: number, length: number): boolean {
    const more = size - this.#bytes.length;
    if (!this.#room.take(more)) return false;
    this.#takenBytes += more;
    const larger = Buffer.allocUnsafe(size);
    if (length > 0) larger.set(this.#bytes.subarray(0, length));
    free(this.#bytes);
    this.#bytes = larger;
    return true;
  }

  /** Takes other bytes in place of these, which are freed; false when the room is full. */
  replace(bytes: Buffer): boolean {
    if (!this.#room.take(bytes.length)) return false;
    this.release();
    this.#takenBytes = bytes.length;
    this.#bytes = bytes;
    return true;
  }

  /** Gives all of it back; nobody may read the body any more. */
  release(): void {
    this.#room.give(this.#takenBytes);
    this.#takenBytes = 0;
    free(this.#bytes);
    this.#bytes = EMPTY;
  }
}

/** Does away with a piece of a body that has been copied or is not wanted. */
export function freePiece(piece: Buffer, payload: IncomingMessage): void {
  // Pieces that come from elsewhere than the network are somebody else's.
  if (piece.length >= SMALL_BYTES && payload instanceof IncomingMessage) free(piece);
}

/**
 * Frees memory that a buffer has to itself. The garbage collector would, but not soon: the few objects that it sees do not
 * tell how much hangs on them, and 40 MB gathered under a load of 0.6 MB bodies.
 */
function free({ buffer, byteLength }: Buffer<ArrayBufferLike>): void {
  if (byteLength >= SMALL_BYTES && byteLength === buffer.byteLength && buffer instanceof ArrayBuffer)
    buffer.transfer(0);
}

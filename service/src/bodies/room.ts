/** Memory for bodies under way, counted rather than allocated. */
export interface Room {
  /** Takes so many bytes; does not, and says false, when they are not left. */
  take(bytes: number): boolean;
  /** Gives back what was taken. */
  give(bytes: number): void;
  /** How many bytes are taken now. */
  readonly takenBytes: number;
}

/** A room of so many bytes. */
export function createRoom(maxBytes: number): Room {
  let takenBytes = 0;
  return {
    take(bytes) {
      if (takenBytes + bytes > maxBytes) return false;
      takenBytes += bytes;
      return true;
    },
    give(bytes) {
      takenBytes -= bytes;
    },
    get takenBytes() {
      return takenBytes;
    },
  };
}

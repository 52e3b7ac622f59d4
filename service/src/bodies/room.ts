/** Memory for bodies that arrive or wait for their answer; it is counted, not allocated. */
export interface Room {
  /** Takes bytes; returns false, and takes none, if fewer are left. */
  take(bytes: number): boolean;
  /** Gives back what was taken. */
  give(bytes: number): void;
  readonly takenBytes: number;
}

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

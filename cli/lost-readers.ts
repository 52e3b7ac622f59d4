import type { Writable } from "node:stream";

/** What a write fails with once a terminal was closed, or what read a pipe has ended. */
const NOBODY_READS = ["EIO", "EPIPE"];

/** Lets the process end in good order where nobody reads any more what it prints: what it started has to be ended as well. */
export function outliveReaders(streams: readonly Pick<Writable, "on">[] = [process.stdout, process.stderr]): void {
  for (const stream of streams) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (!NOBODY_READS.includes(error.code ?? "")) throw error;
    });
  }
}

const exitInterrupted = 130;

/** A command that was started on the user's behalf. */
interface Child {
  kill(signal: "SIGINT"): unknown;
}

const ending = new Set<Child>();
let interrupted = false;

/** Whether the user asked for the end. */
export function wasInterrupted(): boolean {
  return interrupted;
}

/**
 * Awaits a command that ends in its own good time after Ctrl-C: Pulumi still has to write down what it did. A second
 * Ctrl-C ends at once.
 */
export async function lettingItEnd<T>(child: PromiseLike<T> & Child): Promise<T> {
  ending.add(child);
  try {
    return await child;
  } finally {
    ending.delete(child);
  }
}

/** Takes over Ctrl-C, and the other ways of being asked to end, for the whole process. */
export function handleInterrupt(): void {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      if (ending.size > 0 && !interrupted) {
        interrupted = true;
        process.exitCode = exitInterrupted;
        console.error("\ninterrupted; waiting for Pulumi to write down what it did (again: at once)");
        // Ctrl-C in a terminal reaches the children by itself, the other signals do not.
        if (signal !== "SIGINT") for (const child of ending) child.kill("SIGINT");
        return;
      }
      console.error("\ninterrupted; what is done is kept, the same command goes on from here");
      process.exit(exitInterrupted);
    });
  }
}

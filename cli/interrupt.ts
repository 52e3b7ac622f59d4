const exitInterrupted = 130;

let ending = 0;

/**
 * Runs a command that ends in its own good time after Ctrl-C, which reaches it too: Pulumi still has to write down what
 * it did. A second Ctrl-C ends at once.
 */
export async function lettingItEnd<T>(work: () => Promise<T>): Promise<T> {
  ending += 1;
  try {
    return await work();
  } finally {
    ending -= 1;
  }
}

/** Takes over Ctrl-C for the whole process. */
export function handleInterrupt(): void {
  let interrupted = false;
  process.on("SIGINT", () => {
    if (ending > 0 && !interrupted) {
      interrupted = true;
      process.exitCode = exitInterrupted;
      console.error("\ninterrupted; waiting for Pulumi to write down what it did (Ctrl-C again: at once)");
      return;
    }
    console.error("\ninterrupted; what is done is kept, the same command goes on from here");
    process.exit(exitInterrupted);
  });
}

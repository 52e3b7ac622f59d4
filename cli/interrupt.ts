const exitInterrupted = 130;

/** The ways in which a process is asked to end. */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** A command that was started on the user's behalf. */
interface Child {
  kill(signal: "SIGINT"): unknown;
}

const ending = new Set<Child>();
/** What is said where the process ends at once; the last one counts. */
const lastWords: (() => string)[] = [() => "what is done is kept, the same command goes on from here"];
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

/** Has `words` say what an end at once leaves behind, until it is disposed of. */
export function endingAtOnce(words: () => string): Disposable {
  lastWords.push(words);
  return { [Symbol.dispose]: () => void lastWords.splice(lastWords.indexOf(words), 1) };
}

/** Work that ends in good order after Ctrl-C; until it is disposed of, only a second Ctrl-C ends the process at once. */
export interface Interruptible extends Disposable {
  /** Aborted as soon as the user asks for the end. */
  readonly signal: AbortSignal;
  /** Asks for the end as the user does. */
  readonly abort: () => void;
}

/** Begins work that the user can interrupt; `child` is what runs on the user's behalf meanwhile. */
export function interruptible(child: Child): Interruptible {
  const controller = new AbortController();
  const abort = () => controller.abort();
  ending.add(child);
  for (const signal of SIGNALS) process.on(signal, abort);
  return {
    signal: controller.signal,
    abort,
    [Symbol.dispose]() {
      ending.delete(child);
      for (const signal of SIGNALS) process.off(signal, abort);
    },
  };
}

/**
 * Takes over Ctrl-C, and the other ways of being asked to end, for the whole process. A terminal that is closed asks more than once:
 * its shell passes SIGHUP on, and so does the kernel.
 */
export function handleInterrupt(): void {
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      if (ending.size > 0 && !interrupted) {
        interrupted = true;
        process.exitCode = exitInterrupted;
        console.error("\ninterrupted; waiting for what runs to end in good order (again: at once)");
        // Ctrl-C in a terminal reaches the children by itself, the other signals do not.
        if (signal !== "SIGINT") for (const child of ending) child.kill("SIGINT");
        return;
      }
      if (interrupted && signal === "SIGHUP") return;
      console.error(`\ninterrupted; ${lastWords.at(-1)?.()}`);
      process.exit(exitInterrupted);
    });
  }
}

import { createInterface } from "node:readline";
import { UserError } from "../../common/user-error.ts";

/** Asks the user a question, where there is a terminal to ask in. */
export interface Prompt {
  readonly isTerminal: () => boolean;
  /** Resolves with the answer, which is empty when the input ends. */
  readonly ask: (question: string) => Promise<string>;
}

/** The terminal of this process. */
export const terminalPrompt: Prompt = {
  isTerminal: () => process.stdin.isTTY === true && process.stderr.isTTY === true,
  async ask(question) {
    process.stderr.write(question);
    // Without line editing Ctrl-C stays a signal, which ends the process as everywhere.
    const lines = createInterface({ input: process.stdin, terminal: false });
    for await (const line of lines) return line;
    return "";
  },
};

/**
 * Makes sure that the user knows of the end of the stacks that are up, and agrees.
 * @throws {UserError} when not, or when there is nobody to ask.
 */
export async function agreeToDestroy(
  up: readonly string[],
  {
    yes,
    keep,
    note,
    prompt,
  }: { readonly yes: boolean; readonly keep: boolean; readonly note: (line: string) => void; readonly prompt: Prompt },
): Promise<void> {
  if (up.length === 0) return;
  const [are, them, leaves] = up.length === 1 ? ["is", "it", "leaves it"] : ["are", "them", "leaves them"];
  const names = `${up.length === 1 ? "stack" : "stacks"} ${up.join(", ")}`;
  const what = `${names} ${are} up: an observation destroys ${them} first${keep ? "" : `, and again at the end (--keep ${leaves} up then)`}`;
  if (yes) return note(what);
  if (!prompt.isTerminal()) {
    throw new UserError(
      `${what}. There is no terminal to ask in: agree by --yes, or end ${them} before: bin/lab down ${up.join(" ")}`,
    );
  }
  if (/^y(es)?$/i.test((await prompt.ask(`${what}. Go on? [y/N] `)).trim())) return;
  throw new UserError(`nothing was changed: ${names} ${are} still up`);
}

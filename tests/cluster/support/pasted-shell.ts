import { stripVTControlCharacters } from "node:util";
import { execa } from "execa";
import { project } from "./lab.ts";

const PROMPT = "ready> ";
const POLL_MS = 100;

/**
 * A shell in a pseudo-terminal, as of a user who pastes. It is made by `script` of util-linux, whose terminal has no size until
 * `stty` gives it one; without a size Pulumi takes it for no terminal.
 */
export class PastedShell {
  readonly #shell = execa("script", ["-qec", "bash --noprofile --norc -i", "/dev/null"], {
    cwd: project,
    env: { TERM: "xterm", HISTFILE: "" },
    stdin: "pipe",
    all: true,
    buffer: false,
    reject: false,
  });
  #shown = "";

  /** Opens the terminal and waits for its prompt. */
  static async open(): Promise<PastedShell> {
    const shell = new PastedShell();
    shell.#shell.all.setEncoding("utf8").on("data", (text: string) => {
      shell.#shown += text;
    });
    // An interactive bash takes no prompt from its environment. The quotes keep the echo of this line from looking like it.
    await shell.paste(`stty rows 50 columns 180; PS1='${PROMPT.slice(0, 1)}''${PROMPT.slice(1)}'\n`);
    return shell;
  }

  /** Pastes a text at once, whatever the shell does meanwhile; resolves with what was shown until the next prompt, without colours. */
  async paste(text: string): Promise<string> {
    this.#shown = "";
    this.#shell.stdin.write(text);
    return this.#prompt();
  }

  /** The exit code of the last command. */
  async lastCode(): Promise<number> {
    return Number(/code=(\d+)/.exec(await this.paste('echo "code=$?"\n'))?.[1]);
  }

  async close(): Promise<void> {
    this.#shell.stdin.end("exit\n");
    await this.#shell;
  }

  async #prompt(): Promise<string> {
    let ended = false;
    void this.#shell.then(() => {
      ended = true;
    });
    while (!this.#shown.endsWith(PROMPT)) {
      if (ended) throw new Error(`the terminal was closed; is util-linux's "script" here? ${this.#shown}`);
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    return stripVTControlCharacters(this.#shown);
  }
}

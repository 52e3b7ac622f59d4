import { execa } from "execa";

/** How a command of the user's ended: by its exit code, or because it could not be started or was ended by a signal. */
export type CommandEnd = { readonly exitCode: number } | { readonly why: string };

/** A command that makes a change on the user's behalf. */
export type Command = {
  /** Runs it, at most once. It reads and writes the user's terminal itself: nothing of that is seen here. */
  readonly run: () => Promise<CommandEnd>;
  /** Sends it a signal, if it runs. */
  readonly kill: (signal: "SIGINT") => void;
};

/** Makes a command that is run without a shell, with the given environment and no other. */
export function command(
  [file, ...args]: readonly [string, ...string[]],
  env: Readonly<Record<string, string>>,
): Command {
  let running: { kill(signal: "SIGINT"): unknown } | undefined;
  return {
    async run() {
      const child = execa(file, args, { env, extendEnv: false, stdio: "inherit", reject: false });
      running = child;
      const { exitCode, signal, code } = await child;
      running = undefined;
      if (exitCode !== undefined) return { exitCode };
      if (signal !== undefined) return { why: `it was ended by ${signal}` };
      return { why: code === "ENOENT" ? "there is no such program" : `it cannot be started (${code ?? "unknown"})` };
    },
    kill: (signal) => void running?.kill(signal),
  };
}

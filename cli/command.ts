/** A command of `bin/lab`: its arguments in, its exit code out. */
export interface Command {
  readonly usage: string;
  readonly summary: string;
  readonly run: (args: readonly string[]) => Promise<number>;
}

import ora from "ora";
import type { Report } from "../setup/machine/progress.ts";

const plainIntervalMs = 30_000;
const terminalIntervalMs = 1_000;

/** Shows progress on standard error: one living line in a terminal, plain lines every half minute elsewhere. */
export function progressReport(): Report {
  // A terminal of no width, as some runners give, is none that a line could live in.
  const terminal = process.stderr.isTTY === true && process.stderr.columns > 0;
  const spinner = ora({ stream: process.stderr, isEnabled: terminal, isSilent: !terminal, discardStdin: false });
  // The spinner steps aside by itself for whatever else is written to a terminal.
  const note = (line: string) => console.error(line);
  return {
    note,
    during: async (what, usualSeconds, work) => {
      const startMs = performance.now();
      const usual = duration(usualSeconds * 1000);
      const text = () => `${what}: ${duration(performance.now() - startMs)} of usually ${usual}`;
      if (terminal) spinner.start(text());
      else console.error(`${what} (usually ${usual})`);
      const timer = setInterval(
        () => {
          if (terminal) spinner.text = text();
          else console.error(`  ${text()}`);
        },
        terminal ? terminalIntervalMs : plainIntervalMs,
      );
      try {
        const result = await work();
        const done = `${what}: done in ${duration(performance.now() - startMs)}`;
        if (terminal) spinner.succeed(done);
        else console.error(`  ${done}`);
        return result;
      } catch (error) {
        if (terminal) spinner.fail(what);
        throw error;
      } finally {
        clearInterval(timer);
      }
    },
  };
}

/** A time span for people: "840 ms", "12 s", "5 min 30 s". */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

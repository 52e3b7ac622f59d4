import ora from "ora";
import type { Durations } from "../setup/machine/durations.ts";
import type { Report } from "../setup/machine/progress.ts";

const PLAIN_INTERVAL_MS = 30_000;
const TERMINAL_INTERVAL_MS = 1_000;
/** Without a terminal, work that usually takes less is told of only when it is done. */
const ANNOUNCED_FROM_SECONDS = 20;

/**
 * Shows progress on standard error: living lines in a terminal, one for each piece of work under way, and plain lines every
 * half minute where there is none. What work usually takes here, `durations` knows; before its first time here, the caller's figure
 * says about how long it took elsewhere.
 */
export function progressReport(durations: Durations, stream: NodeJS.WriteStream = process.stderr): Report {
  // A terminal of no width, as some runners give, is none that a line could live in.
  const terminal = stream.isTTY === true && stream.columns > 0;
  const spinner = ora({ stream, isEnabled: terminal, isSilent: !terminal, discardStdin: false });
  const running = new Set<() => string>();
  // The spinner steps aside by itself for whatever else is written to a terminal.
  const note = (line: string) => void stream.write(`${line}\n`);
  const show = () => {
    const text = [...running].map((line) => line()).join("\n  ");
    if (spinner.isSpinning) spinner.text = text;
    else if (running.size > 0) spinner.start(text);
  };

  return {
    note,
    during: async (what, firstGuessSeconds, work) => {
      const startMs = performance.now();
      const measured = await durations.usualSeconds(what);
      const expected = expectation(measured, firstGuessSeconds);
      let doing = "";
      const text = () => `${what}: ${roughDuration(performance.now() - startMs)} of ${expected}${doing}`;
      const say = (words: string) => {
        doing = ` (${words})`;
        if (terminal) show();
      };
      running.add(text);
      if (terminal) show();
      else if ((measured ?? firstGuessSeconds) >= ANNOUNCED_FROM_SECONDS) note(`${what} (${expected})`);
      const timer = setInterval(
        () => (terminal ? show() : note(`  ${text()}`)),
        terminal ? TERMINAL_INTERVAL_MS : PLAIN_INTERVAL_MS,
      );
      try {
        const result = await work(say);
        const tookMs = performance.now() - startMs;
        running.delete(text);
        const done = `${what}: done in ${roughDuration(tookMs)}`;
        if (terminal) spinner.succeed(done);
        else note(done);
        await durations.took(what, tookMs / 1000);
        return result;
      } catch (error) {
        running.delete(text);
        if (terminal) spinner.fail(what);
        throw error;
      } finally {
        clearInterval(timer);
        if (terminal) show();
      }
    },
  };
}

/** How long work takes: usually, as measured on this machine, or about, as elsewhere before its first time here. */
const expectation = (measuredSeconds: number | undefined, elsewhereSeconds: number): string =>
  measuredSeconds === undefined
    ? `about ${roughDuration(elsewhereSeconds * 1000)}`
    : `usually ${roughDuration(measuredSeconds * 1000)}`;

/** A time span for progress, in whole seconds from one on: "840 ms", "12 s", "5 min 30 s"; reports have observer/words.ts. */
export function roughDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

import { Listr, type ListrTaskWrapper } from "listr2";
import type { Progress } from "../../observer/run/conduct.ts";
import { roughDuration } from "../progress.ts";

/** Shows the user how far an observation is. */
export interface ObservationView {
  readonly onProgress: (progress: Progress) => void;
  /** Ends the display; marks the steps that were not reached. */
  readonly end: () => Promise<void>;
}

/** What a view shows of a step before it begins. */
export type ShownStep = { readonly id: string; readonly title: string };

type Task = Pick<ListrTaskWrapper<never, never, never>, "skip"> & { output: string };

const settling = "settling";
const words = { planning: "planning", operating: "pulumi", observing: "observing", ended: "done" };

/** Makes a tree of steps in a terminal, and plain lines elsewhere. Some CI runners report a terminal of width 0: plain lines. */
export function observationView(steps: readonly ShownStep[]): ObservationView {
  const isTerminal = process.stdout.isTTY === true && process.stdout.columns > 0;
  return isTerminal ? treeView(steps) : lineView(steps);
}

/** Says what a step does now, for how long already, and how long that usually takes here: `pulumi: 12 s of usually 14 s`. */
export function progressLine(progress: Progress, elapsedMs: number): string {
  const { doing, message } = progress;
  if (doing === "ended") return message ? `ended: ${reasonOf(message)}` : words.ended;
  const expected = expectation(progress);
  return `${words[doing]}: ${roughDuration(elapsedMs)}${expected ? ` of ${expected}` : ""}`;
}

/** The first line with the reason of a failure: skips Pulumi's count, such as `1 error occurred:`. */
function reasonOf(message: string): string {
  const lines = message.split("\n").filter((line) => !/^\d+ errors? occurred:?$/.test(line.trim()));
  return lines[0]?.trim().replace(/^\* /, "") ?? message;
}

/**
 * How long a phase takes: observing lasts as long as asked, and longer where pods still come and go. Of planning and operating it
 * is known what they took on this machine; before the first time the plan alone says something.
 */
function expectation({ doing, usuallyMs, plannedMs }: Progress): string | undefined {
  if (doing === "observing") return usuallyMs === undefined ? undefined : `at least ${roughDuration(usuallyMs)}`;
  if (usuallyMs !== undefined) return `usually ${roughDuration(usuallyMs)}`;
  return plannedMs === undefined ? undefined : `rollouts up to ${roughDuration(plannedMs)}`;
}

function lineView(steps: readonly ShownStep[]): ObservationView {
  const titles = new Map(steps.map(({ id, title }, index) => [id, `step ${index + 1} of ${steps.length}, ${title}`]));
  let startMs = performance.now();
  return {
    onProgress(progress) {
      const { step, doing } = progress;
      const title = step === undefined ? settling : (titles.get(step) ?? step);
      const expected = expectation(progress);
      if (doing !== "ended") console.error(`${title}: ${words[doing]}${expected ? ` (${expected})` : ""}`);
      else console.error(`${title}: ${progressLine(progress, 0)} in ${roughDuration(performance.now() - startMs)}`);
      if (doing === "planning") startMs = performance.now();
    },
    end: async () => {},
  };
}

function treeView(steps: readonly ShownStep[]): ObservationView {
  const rows = [...steps.map(({ id, title }) => ({ id, title })), { id: settling, title: "Let it settle" }];
  const ended = new Map(rows.map(({ id }) => [id, Promise.withResolvers<"done" | "not reached">()]));
  let current: { readonly progress: Progress; readonly sinceMs: number } | undefined;
  const tasks = new Map<string, Task>();
  const list = new Listr(
    rows.map(({ id, title }) => ({
      title,
      task: async (_context: unknown, task: Task) => {
        tasks.set(id, task);
        if ((await ended.get(id)?.promise) === "not reached") task.skip(`${title}: not reached`);
      },
    })),
    { exitOnError: false, registerSignalListeners: false, rendererOptions: { collapseSubtasks: false } },
  );
  const shown = list.run().catch(() => {});
  const show = () => {
    const task = current && tasks.get(current.progress.step ?? settling);
    if (current && task) task.output = progressLine(current.progress, performance.now() - current.sinceMs);
  };
  const timer = setInterval(show, 1_000);
  return {
    onProgress(progress) {
      current = { progress, sinceMs: performance.now() };
      show();
      if (progress.doing === "ended") ended.get(progress.step ?? settling)?.resolve("done");
    },
    async end() {
      clearInterval(timer);
      if (current?.progress.step === undefined) ended.get(settling)?.resolve("done");
      for (const { resolve } of ended.values()) resolve("not reached");
      await shown;
    },
  };
}

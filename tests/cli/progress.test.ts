import { Writable } from "node:stream";
import { expect, test } from "vitest";
import { progressReport } from "../../cli/progress.ts";
import type { Durations } from "../../setup/machine/durations.ts";

/** A stream that is no terminal, the lines that were written to it, and what a machine remembers. */
function plain(remembered: Readonly<Record<string, number>> = {}) {
  const lines: string[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      lines.push(...String(chunk).trimEnd().split("\n"));
      done();
    },
  });
  const took: [string, number][] = [];
  const durations: Durations = {
    usualSeconds: async (what) => remembered[what],
    took: async (what, seconds) => void took.push([what, seconds]),
  };
  return { lines, took, report: progressReport(durations, stream as NodeJS.WriteStream) };
}

test("long work is announced, with what it takes on this machine", async () => {
  const { report, lines } = plain({ "building pulumi": 210 });
  expect(await report.during("building pulumi", 15, async () => 7)).toBe(7);
  expect(lines).toEqual([
    "building pulumi (usually 3 min 30 s)",
    expect.stringMatching(/^building pulumi: done in \d+ m?s$/),
  ]);
});

test("before its first time here, work is announced with about what it takes elsewhere", async () => {
  const { report, lines } = plain();
  await report.during("building pulumi", 210, async () => {});
  expect(lines[0]).toBe("building pulumi (about 3 min 30 s)");
});

test("short work is one line when it is done, also where several are under way", async () => {
  const { report, lines, took } = plain({ "destroying pod": 8 });
  const stacks = ["pod", "rolling"].map((stack) => report.during(`destroying ${stack}`, 15, async () => {}));
  await Promise.all(stacks);
  expect(lines.map((line) => line.split(":")[0]).sort()).toEqual(["destroying pod", "destroying rolling"]);
  expect(took.map(([what]) => what).sort()).toEqual(["destroying pod", "destroying rolling"]);
});

test("of work that failed nothing is remembered", async () => {
  const { report, took } = plain();
  await expect(report.during("destroying pod", 15, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(took).toEqual([]);
});

import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { courseLines } from "../../../cli/plans/course-text.ts";
import type { PlannedFrame, PlannedPods } from "../../../plan/rollout-plan.ts";

const pods = (ready = 0, starting = 0, stopping = 0): PlannedPods => ({ ready, starting, stopping });

test("draws the example of its header", async () => {
  const frames: PlannedFrame[] = [
    { atMs: 0, pods: { "web:1.0": pods(4) } },
    { atMs: 0, pods: { "web:1.0": pods(3, 0, 1), "web:1.1": pods(0, 2) } },
    { atMs: 50_000, pods: { "web:1.0": pods(1, 0, 2), "web:1.1": pods(2, 2) } },
  ];
  const lines = courseLines(frames);
  expect(lines).toEqual([
    "at     web:1.0   web:1.1",
    "0 s    ■■■■",
    "0 s    ■■■×      □□",
    "50 s   ■××       ■■□□",
    "■ ready   □ starting   × stopping",
  ]);
  const header = await readFile(new URL("../../../cli/plans/course-text.ts", import.meta.url), "utf8");
  for (const line of lines.slice(0, 4)) expect(header).toContain(` *     ${line}`);
});

test("counts pods where there are too many to draw, and leaves out instants in the middle", () => {
  const many = [
    { atMs: 0, pods: { a: pods(110) } },
    { atMs: 1000, pods: { a: pods(100, 4, 6) } },
  ];
  expect(courseLines(many).slice(1)).toEqual(["0 s   110 ready", "1 s   100 ready, 4 starting, 6 stopping"]);
  const long = Array.from({ length: 40 }, (_, index) => ({ atMs: index * 1000, pods: { a: pods(index % 2, 1) } }));
  const lines = courseLines(long);
  expect(lines).toHaveLength(1 + 16 + 1 + 1);
  expect(lines).toContain("… 24 more instants");
  expect(lines.at(-2)).toMatch(/^39 s/);
});

test("draws nothing where nothing changes", () => {
  expect(courseLines([])).toEqual([]);
  expect(courseLines([{ atMs: 0, pods: { a: pods(1) } }])).toEqual([]);
});

import { expect, it } from "vitest";
import { choosePython, pythonFacts } from "../../bench/python.ts";

it("takes Debian's Python even if another is named, so that no slow build flatters us", () => {
  expect(choosePython({ named: "/opt/python", hasDebians: true })).toBe("/usr/bin/python3");
  expect(choosePython({ named: "/opt/python", hasDebians: false })).toBe("/opt/python");
  expect(() => choosePython({ hasDebians: false })).toThrow("Set PYTHON");
});

it("tells version, path and speed of the interpreter, and how much slower another is", () => {
  const used = { path: "/usr/bin/python3", version: "3.11.2", loopMs: 100 };
  const other = { path: "/opt/python", version: "3.11.7", loopMs: 150 };
  expect(pythonFacts({ used, others: [other] })).toEqual({
    "Python of the peers": "3.11.2, /usr/bin/python3, fixed loop 100 ms",
    "Python not used (its loop takes 1.50x the time)": "3.11.7, /opt/python, fixed loop 150 ms",
  });
});

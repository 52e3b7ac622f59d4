import { expect, test } from "vitest";
import { allTimes, NO_TIMES, slowestText, timesOf } from "../../cli/test-times.ts";

const report = {
  testResults: [
    {
      name: "/checkout/a/slow.ts",
      startTime: 1_000,
      endTime: 91_500,
      assertionResults: [
        { fullName: " of two the first", duration: 60_400 },
        { fullName: "of two the second", duration: 30_000 },
      ],
    },
    {
      name: "/elsewhere/quick.ts",
      startTime: 0,
      endTime: 800,
      assertionResults: [{ fullName: "at once", duration: 700 }, { fullName: "not at all" }],
    },
  ],
};

test("times are read by file and by test, with paths as the checkout knows them", () => {
  expect(timesOf(report, "/checkout")).toEqual({
    files: [
      { what: "a/slow.ts", ms: 90_500 },
      { what: "/elsewhere/quick.ts", ms: 800 },
    ],
    tests: [
      { what: "a/slow.ts: of two the first", ms: 60_400 },
      { what: "a/slow.ts: of two the second", ms: 30_000 },
      { what: "/elsewhere/quick.ts: at once", ms: 700 },
      { what: "/elsewhere/quick.ts: not at all", ms: 0 },
    ],
  });
});

test("the slowest come first, and their times stand below one another", () => {
  expect(slowestText(timesOf(report, "/checkout/"))).toBe(
    [
      "the slowest files, without what they prepare",
      "  1 min 31 s  a/slow.ts",
      "      800 ms  /elsewhere/quick.ts",
      "the slowest tests",
      "  1 min 0 s  a/slow.ts: of two the first",
      "       30 s  a/slow.ts: of two the second",
      "     700 ms  /elsewhere/quick.ts: at once",
      "       0 ms  /elsewhere/quick.ts: not at all",
    ].join("\n"),
  );
});

test("of many runs the ten slowest are shown, and of none nothing is", () => {
  const runs = Array.from({ length: 12 }, (_, index) => ({ tests: [{ what: `test ${index}`, ms: index }], files: [] }));
  const lines = slowestText(allTimes(runs)).split("\n");
  expect(lines).toHaveLength(11);
  expect(lines[1]).toBe("  11 ms  test 11");
  expect(lines.at(-1)).toBe("   2 ms  test 2");
  expect(slowestText(allTimes([NO_TIMES]))).toBe("");
  expect(timesOf({}, "/checkout")).toEqual(NO_TIMES);
});

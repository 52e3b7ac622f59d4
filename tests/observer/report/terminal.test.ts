import { describe, expect, test } from "vitest";
import { summary } from "../../../observer/report/terminal.ts";
import { dataOf } from "../support/facts-of.ts";
import { claiming } from "../support/hostile.ts";
import { crashLoop, empty, interrupted, outage, rolling } from "../support/scenarios.ts";

describe("a summary", () => {
  test("has a mark for each verdict, the plan, one line of latency and the files", () => {
    const text = summary(dataOf(claiming(rolling())), { html: "reports/rolling/report.html" });
    expect(text).toMatch(/^✓ held {4}No request fails\.$/m);
    expect(text).toMatch(/^✗ refuted Never more than 9 pods\.$/m);
    expect(text).toMatch(/^plan {6}roll, Deployment\/online-inference: as planned$/m);
    expect(text).toMatch(/^requests {2}3,300 sent, 0 failed; latency p50 .*, max .* ms$/m);
    expect(text).toMatch(/^failures {2}0 of 3,300 of this run: at most 0\.09 % at 95 %$/m);
    expect(text).toMatch(/^gaps {6}none$/m);
    expect(text).not.toMatch(/goal|of one core/);
    expect(text).toMatch(/^file {6}reports\/rolling\/report\.html$/m);
  });

  test("calls a verdict by the same word as the page", () => {
    expect(summary(dataOf(claiming(interrupted())))).toMatch(/^\? inconclusive No request fails\.$/m);
  });

  test("names every row of a plan that did not come true", () => {
    const data = dataOf(rolling());
    const comparisons = data.comparisons.map(({ rows, ...one }) => ({
      ...one,
      rows: rows.map((row) => (row.what === "outage" ? { ...row, observed: "yes, 2.0 s", agrees: false } : row)),
    }));
    expect(summary({ ...data, comparisons })).toMatch(/^plan .*: outage: planned no, observed yes, 2\.0 s$/m);
  });

  test("says what is missing", () => {
    const text = summary(dataOf(claiming(interrupted(), [])));
    expect(text).toContain("no claim to decide");
    expect(text).toContain("requests  none was sent");
    expect(summary(dataOf(crashLoop()))).toContain("not seen: load for 1.5 s, pods for 5.0 s");
  });

  test("counts the gaps of a source, and says how long the longest of them is", () => {
    const data = dataOf(crashLoop());
    const { measuring } = data;
    const again = measuring.gaps.map((gap) => ({ ...gap, untilMs: gap.untilMs + 1000 }));
    const gaps = [...measuring.gaps, ...again.filter(({ source }) => source === "load")];
    expect(summary({ ...data, measuring: { ...measuring, gaps } })).toContain(
      "not seen: load 2 times, for up to 2.5 s, pods for 5.0 s",
    );
  });

  test("is at most 100 columns wide and without colours, however long the words", () => {
    const data = dataOf(claiming(outage()));
    const verdicts = data.verdicts.map((verdict) => ({
      ...verdict,
      sentence: `${"word ".repeat(50)}${"x".repeat(250)}.`,
    }));
    for (const text of [summary({ ...data, verdicts }), summary(dataOf(empty()))]) {
      expect(Math.max(...text.split("\n").map(({ length }) => length))).toBeLessThanOrEqual(100);
      expect(text).not.toContain("\u001b");
    }
  });
});

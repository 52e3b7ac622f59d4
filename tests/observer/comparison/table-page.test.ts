import { parseHTML } from "linkedom";
import { describe, expect, test } from "vitest";
import { renderComparison } from "../../../observer/comparison/table-page.ts";
import { oneRound, rounds, sampleOf } from "../support/compared.ts";
import { changeOf } from "../support/facts-of.ts";
import { HOSTILE } from "../support/hostile.ts";
import { blueGreen, outage, rolling } from "../support/scenarios.ts";

const changes = [rolling(), blueGreen(), outage()].flatMap((recording) => changeOf(recording) ?? []);

describe("strategies side by side", () => {
  test("have a row each, with the unit in every cell", () => {
    const { document } = parseHTML(renderComparison(oneRound(changes)).page);
    const rows = [...document.querySelectorAll("tbody tr")].map((row) =>
      [...row.children].map(({ textContent }) => textContent),
    );
    expect(rows.map(([name]) => name)).toEqual(["rolling", "blue-green", "pod"]);
    expect(rows[1]).toEqual([
      "blue-green",
      "1",
      "9.8 s",
      expect.stringMatching(/^\d+\.\d pod-s$/),
      "6",
      expect.stringMatching(/ s$/),
      "0 of 2,400 (at most 0.12 %)",
      expect.stringMatching(/ ms$/),
      expect.stringMatching(/ ms$/),
      "",
      "",
      "reports/blue-green/1",
    ]);
    expect(rows[2]?.[6]).toMatch(/^8\d\d of 2,400 \(3\d\.\d % to 3\d\.\d %\)$/);
  });

  test("have the same measures in page, drawing and text, and each is explained", () => {
    const { page, svg, text } = renderComparison(oneRound(changes));
    const texts = (markup: string, selector: string) =>
      [...parseHTML(markup).document.querySelectorAll(selector)].map(({ textContent }) => textContent);
    const measures = texts(page, "dt");
    expect(measures).toHaveLength(7);
    expect(texts(page, "thead th").slice(2, -3)).toEqual(measures);
    expect(texts(svg, "svg > text").map((heading) => heading.split(",", 1)[0])).toEqual(measures);
    for (const measure of measures) expect(text).toMatch(new RegExp(`^${measure} `, "m"));
  });

  test("have every run of several rounds, and the medians with their intervals", () => {
    const five = [0, 1, 2, 3, 4];
    const comparison = rounds([
      sampleOf("rolling", five, (one) => ({ p99Ms: 20 + one })),
      sampleOf("canary", five, (one) => ({ p99Ms: 40 + one })),
    ]);
    const { page, svg } = renderComparison(comparison);
    const { document } = parseHTML(page);
    const [medians, runs] = [...document.querySelectorAll("table")];
    expect(medians?.querySelectorAll("tbody tr")).toHaveLength(3);
    expect(medians?.textContent).toContain("22.0 ms (20.0 ms to 24.0 ms)");
    expect(medians?.textContent).toContain("bootstrap intervals at 99 % each: 95 % for all comparisons together");
    expect(runs?.querySelectorAll("tbody tr")).toHaveLength(15);
    expect(document.body.textContent).toContain("canary");
    expect(parseHTML(svg).document.querySelectorAll("[aria-label=dot] circle")).toHaveLength(7 * 15);
  });

  test("are drawn with one bar for each strategy in each of seven measures", () => {
    const { document } = parseHTML(renderComparison(oneRound(changes)).svg);
    expect(document.querySelectorAll("[aria-label=bar] rect")).toHaveLength(21);
    expect([...document.querySelectorAll("svg > text")].map(({ textContent }) => textContent)).toContain(
      "extra pods, pod-seconds",
    );
  });

  test("show a p99 that was not measured as none", () => {
    const unmeasured = changes.map(({ p99Ms: _, ...change }) => change);
    const { page, svg } = renderComparison(oneRound(unmeasured));
    expect(svg).toContain(">none<");
    expect(page).toContain("–");
  });

  test("come as text, HTML and drawing also when there is none of them", () => {
    const { page, svg, text } = renderComparison(oneRound([]));
    expect(text).toContain("strategy");
    expect(page).toContain("<table>");
    expect(svg).toContain("</svg>");
  });

  test("are escaped", () => {
    const hostile = changes.map((change) => ({ ...change, experiment: HOSTILE }));
    const { document } = parseHTML(renderComparison(oneRound(hostile.slice(0, 1))).page);
    expect(document.querySelectorAll("script, img")).toHaveLength(0);
  });
});

import { parseHTML } from "linkedom";
import { describe, expect, test } from "vitest";
import { renderComparison } from "../../../observer/comparison/table-page.ts";
import { changeOf } from "../support/facts-of.ts";
import { HOSTILE } from "../support/hostile.ts";
import { blueGreen, outage, rolling } from "../support/scenarios.ts";

const changes = [rolling(), blueGreen(), outage()].flatMap((recording) => changeOf(recording) ?? []);

describe("strategies side by side", () => {
  test("have a row each, with the unit in every cell", () => {
    const { document } = parseHTML(renderComparison(changes).page);
    const rows = [...document.querySelectorAll("tbody tr")].map((row) =>
      [...row.children].map(({ textContent }) => textContent),
    );
    expect(rows.map(([name]) => name)).toEqual(["rolling", "blue-green", "pod"]);
    expect(rows[1]).toEqual([
      "blue-green",
      "9.8 s",
      expect.stringMatching(/^\d+\.\d pod-s$/),
      "6",
      expect.stringMatching(/ s$/),
      "0 of 2,400",
      expect.stringMatching(/ ms$/),
    ]);
    expect(rows[2]?.[5]).toMatch(/^8\d\d of 2,400$/);
  });

  test("have the same columns in page, drawing and text, and each is explained", () => {
    const { page, svg, text } = renderComparison(changes);
    const texts = (markup: string, selector: string) =>
      [...parseHTML(markup).document.querySelectorAll(selector)].map(({ textContent }) => textContent);
    const headings = texts(page, "thead th");
    expect(headings).toHaveLength(7);
    expect(text.split("\n", 1)[0]?.trim().split(/ {2,}/)).toEqual(headings);
    expect(texts(page, "dt")).toEqual(headings.slice(1));
    expect(texts(svg, "svg > text").map((heading) => heading.split(",", 1)[0])).toEqual(headings.slice(1));
    expect(Math.max(...text.split("\n").map(({ length }) => length))).toBeLessThanOrEqual(100);
  });

  test("are drawn with one bar for each strategy in each of six measures", () => {
    const { document } = parseHTML(renderComparison(changes).svg);
    expect(document.querySelectorAll("[aria-label=bar] rect")).toHaveLength(18);
    expect([...document.querySelectorAll("svg > text")].map(({ textContent }) => textContent)).toContain(
      "extra pods, pod-seconds",
    );
  });

  test("show a p99 that was not measured as none", () => {
    const unmeasured = changes.map(({ p99Ms: _, ...change }) => change);
    const { page, svg } = renderComparison(unmeasured);
    expect(svg).toContain(">none<");
    expect(page).toContain("–");
  });

  test("come as text, HTML and drawing also when there is none of them", () => {
    const { page, svg, text } = renderComparison([]);
    expect(text).toContain("strategy");
    expect(page).toContain("<table>");
    expect(svg).toContain("</svg>");
  });

  test("are escaped", () => {
    const hostile = changes.map((change) => ({ ...change, experiment: HOSTILE }));
    const { document } = parseHTML(renderComparison(hostile.slice(0, 1)).page);
    expect(document.querySelectorAll("script, img")).toHaveLength(0);
  });
});

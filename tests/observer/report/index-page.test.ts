import { parseHTML } from "linkedom";
import { describe, expect, test } from "vitest";
import { indexPage } from "../../../observer/report/index-page.ts";
import { dataOf } from "../support/facts-of.ts";
import { claiming, HOSTILE, hostile } from "../support/hostile.ts";
import { crashLoop, rolling } from "../support/scenarios.ts";

const at = (folder: string) => ({ html: `${folder}/report.html`, thumbnail: `${folder}/timeline.png` });

describe("the index of reports", () => {
  const reports = [
    { data: dataOf(claiming(rolling())), ...at("rolling/2026 03") },
    { data: dataOf(crashLoop()), ...at("probes/1") },
  ];

  test("has question, answer, counts, picture and link of each", () => {
    const { document } = parseHTML(indexPage(reports));
    const [first, second] = document.querySelectorAll("tbody tr");
    expect(first?.querySelector("a")?.getAttribute("href")).toBe("rolling/2026%2003/report.html");
    expect(first?.querySelector("img")?.getAttribute("alt")).toBe("Time line of Rolling update");
    expect(first?.textContent).toContain("✓ 2 held✗ 1 refuted");
    expect(first?.textContent).toContain("1 of 3 claims refuted.");
    expect([...(first?.querySelectorAll("td") ?? [])].map((cell) => cell.textContent)).toContain("0 of 3,300");
    expect(second?.textContent).toContain("no claims");
  });

  test("says which experiment has no report, and why", () => {
    const { document } = parseHTML(indexPage(reports, [{ experiment: "helm", why: HOSTILE }]));
    expect(document.querySelector("tbody tr:last-child")?.textContent).toBe(`helmno report: ${HOSTILE}`);
  });

  test("escapes whatever others named", () => {
    const { document } = parseHTML(indexPage([{ data: dataOf(hostile()), ...at('x"onerror="y') }]));
    expect(document.querySelectorAll("script")).toHaveLength(0);
    expect(document.querySelectorAll("img")).toHaveLength(1);
    expect(document.querySelector("img")?.getAttribute("onerror")).toBeNull();
  });
});

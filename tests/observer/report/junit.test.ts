import { DOMParser } from "linkedom";
import { describe, expect, test } from "vitest";
import type { ReportData } from "../../../observer/report/data.ts";
import { junitOf } from "../../../observer/report/junit.ts";
import { summaryMarkdown } from "../../../observer/report/summary-markdown.ts";
import type { Verdict } from "../../../observer/verdicts/verdict.ts";
import { dataOf } from "../support/facts-of.ts";
import { recordingOf } from "../support/recording-of.ts";

const verdicts: readonly Verdict[] = [
  { hypothesis: "a", claim: "Nothing fails", outcome: "held", sentence: "0 of 100 requests failed.", evidence: [] },
  {
    hypothesis: "b",
    claim: 'At least "2" | 3 & <b>',
    outcome: "refuted",
    sentence: "Only 1\u0000 <pod>\n\ud800.",
    evidence: [],
  },
  { hypothesis: "c", claim: "No _restart_", outcome: "inconclusive", sentence: "The watch saw nothing.", evidence: [] },
];
const request = { type: "request", dueMs: 5, sentMs: 5, latencyMs: 4, connection: "fresh" } as const;
const data: ReportData = {
  ...dataOf(
    recordingOf([
      [10, { ...request, status: 200 }],
      [2_500, { ...request, error: "ECONNRESET" }],
      [2_500, { type: "gap", source: "endpoints", fromMs: 0, untilMs: 10, why: "closed by the server" }],
    ]),
  ),
  experiment: "watch",
  stack: "deployment/web",
  title: "Rollout of deployment/web",
  answer: "1 of 3 claims refuted.",
  verdicts,
};

describe("JUnit's XML", () => {
  const xml = junitOf(data);
  const suite = new DOMParser().parseFromString(xml, "text/xml").querySelector("testsuite");

  test("has a test case for each hypothesis, and counts them", () => {
    const at = (name: string) => suite?.getAttribute(name);
    expect(["name", "tests", "failures", "errors", "time"].map(at)).toEqual([
      "watch deployment/web",
      "3",
      "1",
      "1",
      "2.500",
    ]);
    expect(at("timestamp")).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/);
    expect(xml).toContain('name="a: Nothing fails"');
    expect(xml).toContain('name="b: At least &quot;2&quot; | 3 &amp; &lt;b&gt;"');
  });

  test("fails by what is refuted, and takes nothing inconclusive for a success", () => {
    const within = [...(suite?.querySelectorAll("testcase") ?? [])].map((one) => one.firstElementChild?.tagName);
    expect(within).toEqual([undefined, "failure", "error"]);
    expect(suite?.querySelector("error")?.getAttribute("message")).toBe("The watch saw nothing.");
  });

  test("holds nothing that XML does not allow", () => {
    expect(xml).not.toMatch(/[^\P{Cc}\n]|\p{Cs}/u);
    expect(xml).toContain("Only 1\ufffd &lt;pod&gt;\n\ufffd.");
  });

  test("has the elements of a suite in the order of Ant's schema", () => {
    const tags = [...(suite?.children ?? [])].map(({ tagName }) => tagName);
    expect(tags).toEqual(["properties", "testcase", "testcase", "testcase", "system-out", "system-err"]);
  });
});

describe("the summary in Markdown", () => {
  test("tells verdicts, requests, causes and gaps, and shows all text as it is", () => {
    expect(summaryMarkdown(data, "reports/watch/1/report.html")).toBe(`## Rollout of deployment/web

1 of 3 claims refuted.

|  | claim | what was seen |
| --- | --- | --- |
| ✓ held | Nothing fails | 0 of 100 requests failed. |
| ✗ refuted | At least "2" \\| 3 &amp; &lt;b> | Only 1\u0000 &lt;pod> \ud800. |
| ? inconclusive | No \\_restart\\_ | The watch saw nothing. |

2 requests, 1 failed; latency p50 4.0 ms, p99 4.0 ms, max 4.0 ms.

| failed | cause | connection |
| --- | --- | --- |
| 1 | ECONNRESET | fresh |

Not seen for a while: endpoints (closed by the server).

Report: reports/watch/1/report.html
`);
  });
});

import { parseHTML } from "linkedom";
import { expect, test } from "vitest";
import { renderReport } from "../../../observer/report/report.ts";
import { summaryMarkdown } from "../../../observer/report/summary-markdown.ts";
import { summary } from "../../../observer/report/terminal.ts";
import { claiming } from "../support/hostile.ts";
import { rolling } from "../support/scenarios.ts";

const recording = claiming(rolling());
const NOTICE = "Certificates were not <checked>.";

test("what weakens every answer is said in the page, in the terminal and in a CI job's summary", () => {
  const { data, page } = renderReport({ ...recording, header: { ...recording.header, notices: [NOTICE] } });
  expect(parseHTML(page).document.querySelector("header .notice")?.textContent).toBe(NOTICE);
  expect(summary(data)).toMatch(/^notice {4}Certificates were not <checked>\.$/m);
  expect(summaryMarkdown(data)).toContain("> **Notice:** Certificates were not &lt;checked>.");
});

test("without it there is no notice", () => {
  const { data, page } = renderReport(recording);
  expect(parseHTML(page).document.querySelector(".notice")).toBeNull();
  expect(summary(data)).not.toContain("notice");
  expect(summaryMarkdown(data)).not.toContain("Notice");
  expect(data).not.toHaveProperty("notices");
});

import { marked } from "../verdicts/outcome.ts";
import { count, figure } from "../words.ts";
import type { ReportData } from "./data.ts";

/**
 * A report in a few lines of Markdown, for the summary of a CI job or a comment on a change: the answer, the verdicts, and what
 * became of the requests. `report` is where the whole report lies.
 */
export function summaryMarkdown(data: ReportData, report?: string): string {
  return [
    `## ${plain(data.title)}`,
    plain(data.answer),
    ...(data.notices ?? []).map((notice) => `> **Notice:** ${plain(notice)}`),
    table(
      ["", "claim", "what was seen"],
      data.verdicts.map(({ outcome, claim, sentence }) => [marked(outcome), claim, sentence]),
    ),
    requests(data),
    data.failures.length === 0
      ? undefined
      : table(
          ["failed", "cause", "connection"],
          data.failures.map((row) => [figure(row.count), row.what, row.connection]),
        ),
    gaps(data),
    report === undefined ? undefined : `Report: ${plain(report)}`,
  ]
    .filter((part) => part !== undefined)
    .join("\n\n")
    .concat("\n");
}

function requests({ requests: { requests, failed, p50Ms, p99Ms, maxMs } }: ReportData): string {
  if (requests === 0) return "No request was sent.";
  const sent = `${count(requests, "request")}, ${figure(failed)} failed`;
  if (p50Ms === undefined || p99Ms === undefined || maxMs === undefined) return `${sent}.`;
  return `${sent}; latency p50 ${p50Ms.toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms, max ${maxMs.toFixed(1)} ms.`;
}

function gaps({ measuring }: ReportData): string | undefined {
  const sources = [...new Set(measuring.gaps.map(({ source, why }) => `${source} (${why})`))];
  return sources.length === 0 ? undefined : `Not seen for a while: ${plain(sources.join("; "))}.`;
}

function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(headings), line(headings.map(() => "---")), ...rows.map((cells) => line(cells.map(plain)))].join("\n");
}

/** Text that Markdown shows as it is, on one line: no HTML, no emphasis, no link, no further column. */
const plain = (value: string): string =>
  value
    .replaceAll(/[\r\n]+/g, " ")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(/[\\`*_[\]|~]/g, "\\$&");

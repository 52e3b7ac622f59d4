import type { LatencyFigures } from "../course/latency.ts";
import { boundsText } from "../verdicts/how-sure.ts";
import { marked } from "../verdicts/outcome.ts";
import type { Verdict } from "../verdicts/verdict.ts";
import { count, duration, figure } from "../words.ts";
import type { ReportData } from "./data.ts";
import { peakText } from "./latency-peak.ts";
import type { ReportFiles } from "./report.ts";
import { wrapped } from "./wrapped.ts";

/** Width of the column before the text: `✓ held`, `plan`, `file`. `? inconclusive` is longer and pushes its line to the right. */
const MARK_WIDTH = 10;

/**
 * A report for the terminal, without colours and at most 100 columns wide. Only the paths of `files`, shown as given, may be
 * wider.
 */
export function summary(data: ReportData, files: Partial<ReportFiles> = {}): string {
  return [
    ...wrapped(`${data.title}: ${data.question}`, 0),
    "",
    ...(data.notices ?? []).flatMap((notice) => wrapped(`notice    ${notice}`, MARK_WIDTH)),
    ...data.verdicts.flatMap(verdictLines),
    ...(data.verdicts.length === 0 ? ["no claim to decide"] : []),
    "",
    ...planLines(data),
    ...wrapped(`requests  ${latencyText(data.requests)}`, MARK_WIDTH),
    ...(data.requests.requests > 0 ? wrapped(`failures  ${boundText(data.requests)}`, MARK_WIDTH) : []),
    ...whyLines(data),
    ...(data.draining ? wrapped(`draining  ${data.draining.sentence}`, MARK_WIDTH) : []),
    ...(data.peak ? wrapped(`peak      ${peakText(data.peak)}`, MARK_WIDTH) : []),
    ...data.endedPods.flatMap(({ pod, atMs, reason }) =>
      wrapped(`ended     pod ${pod} at ${duration(atMs)}, ${reason}: it is no replica any more`, MARK_WIDTH),
    ),
    ...wrapped(`gaps      ${gapsText(data)}`, MARK_WIDTH),
    // Paths are not wrapped, so that they can be clicked and copied.
    ...fileLines(files),
  ].join("\n");
}

/** Where the parts of a report lie, one line for each. */
export const fileLines = (files: Partial<ReportFiles>): readonly string[] =>
  Object.values(files).map((path) => `file      ${path}`);

const verdictLines = ({ outcome, claim, sentence }: Verdict): string[] => [
  ...wrapped(`${marked(outcome).padEnd(MARK_WIDTH - 1)} ${claim}`, MARK_WIDTH),
  ...wrapped(`${" ".repeat(MARK_WIDTH)}${sentence}`, MARK_WIDTH),
];

/** One line for a plan of which all rows agree, or that is not compared, else one for each row that does not agree. */
function planLines({ comparisons }: ReportData): string[] {
  return comparisons.flatMap(({ step, workload, notCompared, rows }) => {
    const wrong = rows.filter(({ agrees }) => !agrees);
    const where = `plan      ${step}, ${workload}`;
    if (notCompared !== undefined) return wrapped(`${where}: ${notCompared}, so not compared`, MARK_WIDTH);
    if (wrong.length === 0) return wrapped(`${where}: as planned`, MARK_WIDTH);
    return wrong.flatMap(({ what, planned, observed }) =>
      wrapped(`${where}: ${what}: planned ${planned}, observed ${observed}`, MARK_WIDTH),
    );
  });
}

/** One line for each cause: `why       14 requests: refused 0.3-1.1 s after a pod had closed its port …`. */
export const whyLines = ({ causes }: Pick<ReportData, "causes">): string[] =>
  causes.groups.flatMap(({ count: number, line }) =>
    wrapped(`why       ${count(number, "request")}: ${line}`, MARK_WIDTH),
  );

function latencyText({ requests, failed, p50Ms, p95Ms, p99Ms, maxMs }: LatencyFigures): string {
  if (requests === 0) return "none was sent";
  const sent = `${figure(requests)} sent, ${figure(failed)} failed`;
  if (p50Ms === undefined || p95Ms === undefined || p99Ms === undefined || maxMs === undefined) return sent;
  return `${sent}; latency p50 ${p50Ms.toFixed(1)}, p95 ${p95Ms.toFixed(1)}, p99 ${p99Ms.toFixed(1)}, max ${maxMs.toFixed(1)} ms`;
}

const boundText = ({ requests, failed }: LatencyFigures): string =>
  `${figure(failed)} of ${figure(requests)} of this run: ${boundsText({ failures: failed, requests })}`;

/** Gaps by their source: `not seen: load for 1.5 s, pods 12 times, for up to 5.0 s`. The page has each of them. */
function gapsText({ measuring: { gaps } }: ReportData): string {
  const lost = [...Map.groupBy(gaps, ({ source }) => source)].map(([source, all]) => {
    const longest = duration(Math.max(...all.map(({ fromMs, untilMs }) => untilMs - fromMs)));
    return all.length === 1 ? `${source} for ${longest}` : `${source} ${all.length} times, for up to ${longest}`;
  });
  return lost.length === 0 ? "none" : `not seen: ${lost.join(", ")}`;
}

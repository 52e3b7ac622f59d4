import type { LatencyFigures } from "../course/latency.ts";
import type { Event } from "../events.ts";
import { CONFIDENCE } from "../share-interval.ts";
import { boundsText, confidenceText, shareBounds } from "../verdicts/how-sure.ts";
import { marked } from "../verdicts/outcome.ts";
import type { Verdict } from "../verdicts/verdict.ts";
import { count, duration, figure } from "../words.ts";
import type { ReportData } from "./data.ts";
import { describeEvent } from "./describe-event.ts";
import { Html, html } from "./html.ts";
import { peakText } from "./latency-peak.ts";
import { type Column, scroll, table } from "./page.ts";
import { citedCauses, drainingText } from "./why-section.ts";

/** The most events that the report cites for one verdict. */
const MOST_CITED = 8;

/** Ids of the events that the report cites for a verdict: the first ones, and the last one. */
function citedIds({ evidence }: Verdict): readonly number[] {
  const last = evidence.at(-1);
  return evidence.length <= MOST_CITED || last === undefined ? evidence : [...evidence.slice(0, MOST_CITED - 1), last];
}

/** The section on verdicts: for each its outcome, claim, sentence, and links to its evidence; then pods that ended by themselves. */
export const verdictSection = ({ verdicts, endedPods }: Pick<ReportData, "verdicts" | "endedPods">): Html =>
  html`<section aria-labelledby="verdicts"><h2 id="verdicts">Verdicts</h2>
${verdicts.length === 0 ? html`<p>The experiment claims nothing.</p>` : html`<ol class="verdicts">${verdicts.map(verdictItem)}</ol>`}
${endedPods.map(({ pod, atMs, reason }) => html`<p>Pod ${pod} ended at ${duration(atMs)} (${reason}): it is no replica any more.</p>`)}
</section>`;

function verdictItem(verdict: Verdict): Html {
  const cited = citedIds(verdict);
  const more = verdict.evidence.length - cited.length;
  return html`<li id="verdict-${verdict.hypothesis}"><span class="mark ${verdict.outcome}">${marked(verdict.outcome)}</span>
<div><p><strong>${verdict.claim}</strong></p><p>${verdict.sentence}</p>
${cited.length > 0 ? html`<p class="faint">Evidence: ${cited.map((id, index) => html`${index > 0 ? ", " : ""}<a href="#event-${id}">#${id}</a>`)}${more > 0 ? ` and ${figure(more)} more` : ""}</p>` : ""}</div></li>\n`;
}

/**
 * The section with the drawing of the time line; `timeline` is SVG. Where the page is too narrow for it, it opens scrolled to
 * `opensAt`, a share (0..1) of its width.
 */
export const timelineSection = (timeline: string, data: ReportData, opensAt: number | undefined): Html =>
  html`<section aria-labelledby="time-line"><h2 id="time-line">Time line</h2>
<figure class="timeline">${scroll("Time line", html`<div class="wide">${opening(opensAt)}${new Html(timeline)}</div>`)}
<figcaption>${duration(data.durationMs)}, ${count(data.requests.requests, "request")}, ${figure(data.requests.failed)} failed. One lane per pod; requests are placed where they were due.${data.peak ? ` Latency peaked: ${peakText(data.peak)}` : ""}</figcaption></figure>
</section>`;

const opening = (share: number | undefined): Html | undefined =>
  share === undefined ? undefined : html`<span class="opening" style="left:${(share * 100).toFixed(2)}%"></span>`;

const requestsOf = ({ failed, requests }: LatencyFigures) => ({ failures: failed, requests });

const ms = (value: number | undefined): string | undefined => value?.toFixed(1);

const latencyColumns: readonly Column<LatencyFigures>[] = [
  { heading: "requests", kind: "number", cell: ({ requests }) => figure(requests) },
  { heading: "failed", kind: "number", cell: ({ failed }) => figure(failed) },
  {
    heading: `share failed, at ${confidenceText(CONFIDENCE)}`,
    kind: "number",
    cell: (row) => (row.requests === 0 ? undefined : shareBounds(requestsOf(row))),
  },
  { heading: "p50 ms", kind: "number", cell: ({ p50Ms }) => ms(p50Ms) },
  { heading: "p95 ms", kind: "number", cell: ({ p95Ms }) => ms(p95Ms) },
  { heading: "p99 ms", kind: "number", cell: ({ p99Ms }) => ms(p99Ms) },
  { heading: "max ms", kind: "number", cell: ({ maxMs }) => ms(maxMs) },
];

/** The section on requests: latency by release and connection (`chart` is SVG), failures by cause, and figures by step. */
export function latencySection(data: ReportData, chart: string | undefined): Html {
  const { latency, failures, steps, requests } = data;
  if (requests.requests === 0)
    return html`<section aria-labelledby="latency"><h2 id="latency">Requests</h2><p>No request was sent.</p></section>`;
  return html`<section aria-labelledby="latency"><h2 id="latency">Requests</h2>
${chart ? html`<figure class="small">${scroll("Latency", new Html(chart))}</figure>` : ""}
${table("Latency of answers with success, from when the request was due; by release and connection", [{ heading: "release", kind: "row", cell: ({ release }) => release }, { heading: "connection", cell: ({ connection }) => connection }, ...latencyColumns], latency)}
${
  failures.length > 0
    ? table(
        "Failures by what the client saw",
        [
          { heading: "failure", kind: "row", cell: ({ what }) => what },
          { heading: "connection", cell: ({ connection }) => connection },
          { heading: "requests", kind: "number", cell: ({ count }) => figure(count) },
        ],
        failures,
      )
    : html`<p>No request failed: ${boundsText(requestsOf(requests))}.</p>`
}
${drainingText(data)}
${table("By step", [{ heading: "step", kind: "row", cell: ({ title }) => title }, { heading: "outcome", cell: ({ outcome }) => outcome }, { heading: "operation", kind: "number", cell: ({ operationMs }) => duration(operationMs) }, ...latencyColumns], steps)}
</section>`;
}

/** The section with the cited events, to which the evidence of verdicts and causes links. */
export function evidenceSection(data: Pick<ReportData, "verdicts" | "causes">, events: readonly Event[]): Html {
  const ids = new Set([...data.verdicts.flatMap(citedIds), ...citedCauses(data)]);
  const cited = events.filter(({ id }) => ids.has(id));
  if (cited.length === 0) return html``;
  return html`<section aria-labelledby="events"><h2 id="events">Cited events</h2>
${scroll(
  "Cited events",
  html`<table><caption>${figure(cited.length)} of the recording's ${figure(events.length)} events</caption>
<thead><tr><th scope="col" class="number">event</th><th scope="col" class="number">at s</th><th scope="col">what was seen</th></tr></thead>
<tbody>${cited.map((event) => html`<tr id="event-${event.id}"><th scope="row" class="number">#${event.id}</th><td class="number">${(event.atMs / 1000).toFixed(3)}</td><td class="text">${describeEvent(event)}</td></tr>\n`)}</tbody></table>`,
)}
</section>`;
}

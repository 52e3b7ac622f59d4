import { Html, html } from "../report/html.ts";
import { page, scroll, table } from "../report/page.ts";
import { figure } from "../words.ts";
import { type ComparedChange, comparisonTable } from "./change.ts";
import { compareSvg } from "./chart.ts";

/** A comparison of strategies in all its forms. */
export type ComparedReport = { readonly page: string; readonly svg: string; readonly text: string };

/** All rows in one unit, so that a column can be read down. */
const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

/** Puts changes of release under several strategies side by side: one page, its drawing, and the table for a terminal. */
export function renderComparison(changes: readonly ComparedChange[]): ComparedReport {
  const svg = compareSvg(changes);
  const body = html`<header><h1>Strategies side by side</h1>
<p class="question">What does the same change of release cost under each strategy, at the same load?</p></header>
<main>
<figure class="timeline">${scroll("Drawing", new Html(svg))}</figure>
${table(
  "From the start of the change to the end of its operation; requests and p99 as long as it was observed",
  [
    { heading: "strategy", kind: "row", cell: ({ experiment }) => experiment },
    { heading: "duration", kind: "number", cell: ({ durationMs }) => seconds(durationMs) },
    { heading: "extra pods", kind: "number", cell: ({ extraPodSeconds }) => `${extraPodSeconds.toFixed(1)} pod-s` },
    { heading: "fewest ready", kind: "number", cell: ({ fewestReady }) => figure(fewestReady) },
    { heading: "both releases answer", kind: "number", cell: ({ mixedMs }) => seconds(mixedMs) },
    { heading: "failed", kind: "number", cell: ({ failed, requests }) => `${figure(failed)} of ${figure(requests)}` },
    {
      heading: "p99",
      kind: "number",
      cell: ({ p99Ms }) => (p99Ms === undefined ? undefined : `${p99Ms.toFixed(1)} ms`),
    },
  ],
  changes,
)}
<section aria-labelledby="words"><h2 id="words">What the columns mean</h2>
<dl>
<dt>extra pods</dt><dd>pods beyond those that were there before the change, terminating ones left out, summed over time</dd>
<dt>fewest ready</dt><dd>the smallest number of Ready pods at any instant of the change</dd>
<dt>both releases answer</dt><dd>from the first answer of the new release to the last one of the old</dd>
</dl></section>
</main>`;
  return { page: page("Strategies side by side", body), svg, text: comparisonTable(changes) };
}

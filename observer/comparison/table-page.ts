import { Html, html } from "../report/html.ts";
import { page, scroll, table } from "../report/page.ts";
import { confidenceText } from "../verdicts/how-sure.ts";
import { count } from "../words.ts";
import { compareSvg } from "./chart.ts";
import { nameOf } from "./compared-run.ts";
import { type Comparison, intervalText, medianOf } from "./comparison.ts";
import { MEASURES } from "./measures.ts";
import { comparisonText } from "./table-text.ts";

/** A comparison of strategies: an HTML page, its drawing as SVG, and the figures as plain text. */
export type ComparedReport = { readonly page: string; readonly svg: string; readonly text: string };

/** Draws and tells a comparison; every run is on the page, whether its figures count or not. */
export function renderComparison(comparison: Comparison): ComparedReport {
  const svg = compareSvg(comparison);
  const { repeat, seed, sentences } = comparison;
  const body = html`<header><h1>Strategies side by side</h1>
<p class="question">What does the same change of release cost under each strategy, at the same load?</p>
<p>${count(repeat, "round")}, in an order by chance (seed ${String(seed)}).</p></header>
<main>
<section aria-labelledby="says"><h2 id="says">What it says</h2>
${sentences.map((sentence) => html`<p>${sentence}</p>\n`)}</section>
<figure class="timeline">${scroll("Drawing", new Html(svg))}</figure>
${repeat > 1 ? medianTable(comparison) : ""}
${runTable(comparison)}
<section aria-labelledby="words"><h2 id="words">What the columns mean</h2>
<dl>
${MEASURES.map(({ heading, meaning }) => html`<dt>${heading}</dt><dd>${meaning}</dd>\n`)}</dl></section>
</main>`;
  return { page: page("Strategies side by side", body), svg, text: comparisonText(comparison) };
}

const medianTable = (comparison: Comparison): Html =>
  table(
    `Medians over rollouts, with bootstrap intervals at ${confidenceText(comparison.confidence)} each: 95 % for all comparisons together`,
    [
      { heading: "strategy", kind: "row", cell: ({ strategy }) => strategy },
      { heading: "runs", kind: "number", cell: ({ changes }) => changes.length },
      ...MEASURES.map((measure) => ({
        heading: measure.heading,
        kind: "number" as const,
        cell: (sample: Comparison["samples"][number]) => {
          const interval = medianOf(comparison, measure, sample);
          return interval && `${measure.text(interval.median)} (${intervalText(measure, interval)})`;
        },
      })),
    ],
    comparison.samples,
  );

const runTable = ({ runs }: Comparison): Html =>
  table(
    "Every run, from the start of the change to the end of its operation; requests and latencies as long as it was observed",
    [
      { heading: "strategy", kind: "row", cell: nameOf },
      { heading: "round", kind: "number", cell: ({ round }) => round },
      ...MEASURES.map(({ heading, cell }) => ({
        heading,
        kind: "number" as const,
        cell: ({ change }: Comparison["runs"][number]) => change && cell(change),
      })),
      { heading: "failed rollout", kind: "text", cell: ({ failed }) => failed ?? "" },
      { heading: "left out", kind: "text", cell: ({ leftOut }) => leftOut ?? "" },
      { heading: "recording", kind: "text", cell: ({ folder }) => folder },
    ],
    runs,
  );

import { Html, html } from "../report/html.ts";
import { page, scroll, table } from "../report/page.ts";
import type { ComparedChange } from "./change.ts";
import { compareSvg } from "./chart.ts";
import { MEASURES } from "./measures.ts";
import { comparisonTable } from "./table-text.ts";

/** A comparison of strategies: an HTML page, its drawing as SVG, and the table as plain text. */
export type ComparedReport = { readonly page: string; readonly svg: string; readonly text: string };

/** Compares changes of release, one for each strategy. */
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
    ...MEASURES.map(({ heading, cell }) => ({ heading, kind: "number" as const, cell })),
  ],
  changes,
)}
<section aria-labelledby="words"><h2 id="words">What the columns mean</h2>
<dl>
${MEASURES.map(({ heading, meaning }) => html`<dt>${heading}</dt><dd>${meaning}</dd>\n`)}</dl></section>
</main>`;
  return { page: page("Strategies side by side", body), svg, text: comparisonTable(changes) };
}

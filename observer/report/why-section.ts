import type { CauseGroup } from "../causes/causes-of.ts";
import { count, figure } from "../words.ts";
import type { ReportData } from "./data.ts";
import { type Html, html } from "./html.ts";
import { table } from "./page.ts";

/** The section on why requests failed: a row for each cause, with links to the events that show it. Empty where none failed. */
export function whySection({ causes }: Pick<ReportData, "causes">): Html {
  const { groups, requests } = causes;
  if (requests.length === 0) return html``;
  return html`<section aria-labelledby="why"><h2 id="why">Why</h2>
${table(
  `Why ${count(requests.length, "request")} failed; letters stand on the time line`,
  [
    { heading: "", kind: "row", cell: ({ letter }) => letter },
    { heading: "cause", cell: ({ title }) => title },
    { heading: "requests", kind: "number", cell: ({ count: number }) => figure(number) },
    { heading: "seen", kind: "number", cell: ({ seen }) => figure(seen) },
    { heading: "what happened", kind: "text", cell: whatText },
    { heading: "decided by", kind: "names", cell: ({ field }) => field },
  ],
  lettered(groups),
)}
<p class="faint">Seen: events show it for that request's own instant; the other requests of a row are inferred from times. One request: bin/lab why RECORDING --request ID</p>
</section>`;
}

/** Groups with the letters by which time line and page name them, the most frequent cause first. */
export const lettered = (groups: readonly CauseGroup[]): readonly (CauseGroup & { readonly letter: string })[] =>
  groups.map((group, index) => ({ ...group, letter: String.fromCharCode(65 + index) }));

const whatText = ({ line, evidence }: CauseGroup): Html =>
  html`${line}. <span class="faint">Evidence: ${evidence.map((id, index) => html`${index > 0 ? ", " : ""}<a href="#event-${id}">#${id}</a>`)}</span>`;

/** Ids of the events to which the section links. */
export const citedCauses = ({ causes }: Pick<ReportData, "causes">): readonly number[] =>
  causes.groups.flatMap(({ evidence }) => evidence);

/** What was measured of draining, as a paragraph; empty where nothing was. */
export const drainingText = ({ draining }: Pick<ReportData, "draining">): Html =>
  draining ? html`<p>Draining: ${draining.sentence}.</p>` : html``;

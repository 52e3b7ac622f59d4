import type { ReportData, StepFigures } from "./report-data.ts";
import { compactDiff } from "./report-diff.ts";
import { type Html, html } from "./report-html.ts";
import { table } from "./report-page.ts";

/** What preview showed before each step, and each plan beside what happened. */
export const planSection = ({ comparisons, steps }: ReportData): Html =>
  html`<section aria-labelledby="plan"><h2 id="plan">Plan and course</h2>
${comparisons.length === 0 ? html`<p>Nothing was planned.</p>` : ""}
${comparisons.map(({ step, workload, rows }) =>
  table(
    `${workload} in step “${steps.find((one) => one.step === step)?.title ?? step}”`,
    [
      { heading: "", kind: "row", cell: ({ what }) => what },
      { heading: "planned", kind: "names", cell: ({ planned }) => planned },
      { heading: "observed", kind: "names", cell: ({ observed }) => observed },
      { heading: "agrees", cell: ({ agrees }) => (agrees ? "✓ yes" : "✗ no") },
    ],
    rows,
  ),
)}
${steps.filter(({ diff }) => diff !== undefined).map(diffOf)}
</section>`;

/** A diff that changes something stands open, so that it is printed too. */
const diffOf = ({ title, diff = "", sentences }: StepFigures): Html => {
  const short = compactDiff(diff);
  return html`<details${/^\s*(~|\+-|-\+)/m.test(short) ? html` open` : ""}><summary>What preview showed before “${title}”</summary>
${sentences.map((sentence) => html`<p>${sentence}</p>`)}
<pre>${short}</pre>
</details>`;
};

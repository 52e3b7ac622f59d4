import type { PlanComparison } from "../verdicts/verdict.ts";
import type { ReportData, StepFigures } from "./data.ts";
import { compactDiff } from "./diff.ts";
import { type Html, html } from "./html.ts";
import { table } from "./page.ts";

/** Step by step: each plan beside what happened, and what preview had shown. */
export function planSection({ comparisons, steps }: ReportData): Html {
  const planned = steps.filter(({ step, diff }) => diff !== undefined || comparisons.some((one) => one.step === step));
  return html`<section aria-labelledby="plan"><h2 id="plan">Plan and course</h2>
${planned.length === 0 ? html`<p>Nothing was planned.</p>` : ""}
${planned.map(
  (step) => html`<h3>${step.title}</h3>
${comparisons.filter((one) => one.step === step.step).map(comparisonTable)}
${diffOf(step)}`,
)}
</section>`;
}

const comparisonTable = ({ workload, rows }: PlanComparison): Html =>
  table(
    workload,
    [
      { heading: "", kind: "row", cell: ({ what }) => what },
      { heading: "planned", kind: "names", cell: ({ planned }) => planned },
      { heading: "observed", kind: "names", cell: ({ observed }) => observed },
      { heading: "agrees", cell: ({ agrees }) => (agrees ? "✓ yes" : "✗ no") },
    ],
    rows,
  );

/** A diff that changes something stands open, so that it is printed too. */
function diffOf({ diff, sentences, message }: StepFigures): Html {
  const short = compactDiff(diff ?? "");
  return html`${message === undefined ? "" : html`<p>It ended with: ${message}</p>`}
<details${/^\s*(~|\+-|-\+)/m.test(short) ? html` open` : ""}><summary>What preview showed</summary>
<ul>${sentences.map((sentence) => html`<li>${sentence}</li>`)}</ul>
${short ? html`<pre>${short}</pre>` : ""}
</details>`;
}

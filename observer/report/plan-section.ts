import type { PlanComparison } from "../verdicts/verdict.ts";
import type { ReportData, StepFigures } from "./data.ts";
import { type Html, html } from "./html.ts";
import { table } from "./page.ts";

/** The section on plans: for each step its plans beside what happened, and what Pulumi changed. */
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

function comparisonTable({ workload, notCompared, rows }: PlanComparison): Html {
  if (notCompared !== undefined) return html`<p>${workload}: ${notCompared}, so not compared.</p>`;
  return table(
    workload,
    [
      { heading: "", kind: "row", cell: ({ what }) => what },
      { heading: "planned", kind: "names", cell: ({ planned }) => planned },
      { heading: "observed", kind: "names", cell: observedText },
      { heading: "agrees", cell: ({ agrees }) => (agrees ? "✓ yes" : "✗ no") },
    ],
    rows,
  );
}

/** What was observed; pods that are those of the plan are not named again. */
const observedText = ({ what, planned, observed }: PlanComparison["rows"][number]): string =>
  (what === "replaced" || what === "surviving") && observed === planned && observed !== "none" ? "the same" : observed;

/** The plans in words, and the diff. It stands open if an object is updated or replaced, since print leaves out what is closed. */
function diffOf({ diff, sentences, message }: StepFigures): Html {
  const short = compactDiff(diff ?? "");
  return html`${message === undefined ? "" : html`<p>It ended with: ${message}</p>`}
<details${/^\s*(~|\+-|-\+)/m.test(short) ? html` open` : ""}><summary>The plan in words, and what Pulumi changes</summary>
<ul>${sentences.map((sentence) => html`<li>${sentence}</li>`)}</ul>
${short ? html`<pre>${short}</pre>` : ""}
</details>`;
}

/** The first line of a resource in a diff: `    ~ kubernetes:apps/v1:Deployment: (update)`. */
const RESOURCE = /^(\s*)[-+~><= ]*[\w./-]+:[\w./-]+:[\w./-]+: \(([\w-]+)\)/;

const IDENTITY = /^\s*\[(urn|provider)=/;

const SUMMARY = /^Resources:/;

/**
 * Shortens a diff of Pulumi. It keeps resources that are updated or replaced with all their lines, resources that are
 * created or deleted with their first line, and the summary from `Resources:` on. It drops other resources (read, same) and the
 * lines `[urn=…]` and `[provider=…]`. A text in which it finds nothing to keep stays as it is.
 */
export function compactDiff(diff: string): string {
  const kept: string[] = [];
  let block: { indent: number; whole: boolean } | undefined;
  let summary = false;
  for (const line of diff.split("\n")) {
    const found = RESOURCE.exec(line);
    summary ||= SUMMARY.test(line);
    if (found) {
      const [, indent = "", action = ""] = found;
      block = { indent: indent.length, whole: /update|replace/.test(action) };
      if (block.whole || /create|delete/.test(action)) kept.push(line);
    } else if (summary) kept.push(line);
    else if (line.trim() !== "" && block && indentOf(line) <= block.indent) block = undefined;
    else if (block?.whole && line.trim() !== "" && !IDENTITY.test(line)) kept.push(line);
  }
  return (kept.length > 0 ? kept.join("\n") : diff).trimEnd();
}

const indentOf = (line: string): number => line.length - line.trimStart().length;

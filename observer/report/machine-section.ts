import { duration, percent } from "../words.ts";
import type { machineSvg } from "./chart/cpu-by-owner.ts";
import type { ReportData } from "./data.ts";
import { Html, html } from "./html.ts";
import { type MachineFigures, type MachineStep, OWNERS } from "./machine-figures.ts";
import { type Column, scroll, table } from "./page.ts";

const cores = (value: number | undefined): string | undefined => value?.toFixed(2);

const columns = ({ steps }: MachineFigures): readonly Column<MachineStep>[] => [
  { heading: "step", kind: "row", cell: ({ step }) => step },
  { heading: "of", cell: ({ where }) => where },
  { heading: "busy", kind: "number", cell: ({ busyCores, cores: all }) => `${percent(busyCores / all)} of ${all}` },
  ...OWNERS.filter((owner) => steps.some(({ owners }) => owners?.[owner] !== undefined)).map(
    (owner): Column<MachineStep> => ({ heading: owner, kind: "number", cell: ({ owners }) => cores(owners?.[owner]) }),
  ),
  {
    heading: "timers late by",
    kind: "number",
    cell: ({ timersLateMs }) => (timersLateMs === undefined ? undefined : duration(timersLateMs)),
  },
  {
    heading: "API server",
    kind: "number",
    cell: ({ apiServerMs }) => (apiServerMs === undefined ? undefined : duration(apiServerMs)),
  },
  { heading: "starved", kind: "text", cell: ({ starved }) => starved },
];

/**
 * The section on what the machine did beside the change: CPU by owner over time (`chart`), and figures by step. Empty where the
 * recording has no samples.
 */
export function machineSection({ machine }: Pick<ReportData, "machine">, chart: ReturnType<typeof machineSvg>): Html {
  if (!machine) return html``;
  return html`<section aria-labelledby="machine"><h2 id="machine">What the machine did</h2>
${machine.unsampled === undefined ? "" : html`<p>${machine.unsampled}</p>`}
${
  chart
    ? html`<figure class="small">${scroll("CPU by owner", new Html(chart.svg))}
<figcaption>Cores of ${chart.where}, from below: the stack's pods (dark blue), the cluster's own (light blue), the observer (green), others (yellow). The dashed line is all there are.</figcaption></figure>`
    : ""
}
${table("By step: CPU in cores (mean), and how late timers and the API server's answers came (median)", columns(machine), machine.steps)}
</section>`;
}

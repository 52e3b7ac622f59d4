import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Recording } from "../events.ts";
import { machineSvg } from "./chart/cpu-by-owner.ts";
import { latencySvg } from "./chart/latency-by-release.ts";
import { changeAt, timelineSvg } from "./chart/timeline.ts";
import type { ReportData } from "./data.ts";
import { decidedReport } from "./decided.ts";
import { type Html, html } from "./html.ts";
import { machineSection } from "./machine-section.ts";
import { methodSection } from "./method-section.ts";
import { page } from "./page.ts";
import { planSection } from "./plan-section.ts";
import { pngOf } from "./png.ts";
import { evidenceSection, latencySection, timelineSection, verdictSection } from "./sections.ts";
import { whySection } from "./why-section.ts";

/** In pixels: twice the width of the drawing, and enough for a slide. */
const PNG_WIDTH = 2240;

/** A report made of the recording alone: the same recording gives the same bytes. `page` is HTML, `timeline` SVG. */
export type RenderedReport = { readonly data: ReportData; readonly page: string; readonly timeline: string };

export type ReportFiles = {
  readonly html: string;
  readonly json: string;
  readonly svg: string;
  readonly png: string;
};

/**
 * Draws a recording as it was decided. `lab` is the version of the lab that decides; the page names it where another version made
 * the recording.
 * @throws {UserError} where a hypothesis of the header is of an unknown kind or has wrong parameters.
 */
export function renderReport(
  recording: Recording,
  lab?: string,
  { course, data } = decidedReport(recording),
): RenderedReport {
  const timeline = timelineSvg(recording, course, data.causes);
  const body = html`<header><h1>${data.title}</h1>
<p class="faint">Experiment ${data.experiment}, recorded ${new Date(data.startedWallMs).toISOString().slice(0, 16).replace("T", " ")} UTC</p>
${rulesNotice(recording.header.versions.lab, lab)}${(data.notices ?? []).map((notice) => html`<p class="notice">${notice}</p>\n`)}</header>
<main>
<p class="question">${data.question}</p>
<p class="answer">${data.answer}</p>
${timelineSection(timeline, data, changeAt(course))}
${verdictSection(data)}
${whySection(data)}
${latencySection(data, latencySvg(data.latency))}
${planSection(data)}
${machineSection(data, machineSvg(recording.events))}
${methodSection(data)}
${evidenceSection(data, recording.events)}
</main>`;
  return { data, page: page(`${data.title}: ${data.experiment}`, body), timeline };
}

/** A notice above a recording of another version of the lab, whose rules may have given other verdicts. */
function rulesNotice(recorded: string | undefined, today: string | undefined): Html {
  if (today === undefined || recorded === today) return html``;
  const by = recorded === undefined ? "an older version of the lab" : `version ${recorded} of the lab`;
  return html`<p class="notice">Recorded by ${by}, decided by today's rules (version ${today}).</p>
`;
}

/** Writes report.html, report.json, timeline.svg and timeline.png into the folder. It overwrites earlier ones. */
export async function writeReport(
  folder: string,
  recording: Recording,
  lab?: string,
  decided = decidedReport(recording),
): Promise<{ readonly data: ReportData; readonly files: ReportFiles }> {
  const { data, page, timeline } = renderReport(recording, lab, decided);
  const files: ReportFiles = {
    html: join(folder, "report.html"),
    json: join(folder, "report.json"),
    svg: join(folder, "timeline.svg"),
    png: join(folder, "timeline.png"),
  };
  await Promise.all([
    writeFile(files.html, page),
    writeFile(files.json, `${JSON.stringify(data, undefined, 2)}\n`),
    writeFile(files.svg, timeline),
    writeFile(files.png, pngOf(timeline, PNG_WIDTH)),
  ]);
  return { data, files };
}

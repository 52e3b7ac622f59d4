import { relative } from "node:path";
import type { Recording } from "../../observer/events.ts";
import type { ReportData } from "../../observer/report/data.ts";
import { type ReportFiles, writeReport } from "../../observer/report/report.ts";
import { summary } from "../../observer/report/terminal.ts";
import { exitCodeOf } from "../../observer/verdicts/verdict.ts";
import type { CommandContext } from "../command.ts";
import { labVersion } from "../lab-version.ts";

/** The exit code that a recording's verdicts give, and the report written from it. */
export interface Conclusion {
  readonly code: number;
  readonly data: ReportData;
  readonly files: ReportFiles;
}

/** Decides the hypotheses of a recording, writes the report into the folder and prints a summary. */
export async function conclude(
  folder: string,
  recording: Recording,
  { outside, paths }: Pick<CommandContext, "outside" | "paths">,
): Promise<Conclusion> {
  const { data, files } = await writeReport(folder, recording, await labVersion(outside, paths.project));
  const { html, json, svg, png } = files;
  const shown = Object.fromEntries(
    Object.entries({ html, json, svg, png }).map(([kind, path]) => [kind, relative(process.cwd(), path)]),
  );
  console.log(`\n${summary(data, shown)}`);
  return { code: exitCodeOf(data.verdicts), data, files };
}

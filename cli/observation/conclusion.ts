import { relative } from "node:path";
import type { Recording } from "../../observer/events.ts";
import type { ReportData } from "../../observer/report/data.ts";
import { decidedReport } from "../../observer/report/decided.ts";
import type { ReportFiles } from "../../observer/report/report.ts";
import { fileLines, summary } from "../../observer/report/terminal.ts";
import { exitCodeOf } from "../../observer/verdicts/verdict.ts";
import type { CommandContext } from "../command.ts";
import { labVersion } from "../lab-version.ts";

/** The exit code that a recording's verdicts give, and the report written from it. */
export interface Conclusion {
  readonly code: number;
  readonly data: ReportData;
  readonly files: ReportFiles;
}

/** Decides the hypotheses of a recording and prints a summary, then writes the report into the folder. */
export async function conclude(
  folder: string,
  recording: Recording,
  { outside, paths }: Pick<CommandContext, "outside" | "paths">,
): Promise<Conclusion> {
  const decided = decidedReport(recording);
  console.log(`\n${summary(decided.data)}`);
  // What draws takes as long to load as what decides.
  const { writeReport } = await import("../../observer/report/report.ts");
  const version = await labVersion(outside, paths.project);
  const { data, files } = await writeReport(folder, recording, version, decided);
  const { html, json, svg, png } = files;
  const shown = Object.fromEntries(
    Object.entries({ html, json, svg, png }).map(([kind, path]) => [kind, relative(process.cwd(), path)]),
  );
  console.log(fileLines(shown).join("\n"));
  return { code: exitCodeOf(data.verdicts), data, files };
}

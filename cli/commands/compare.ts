import { mkdir, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { type ComparedChange, compareChange } from "../../observer/comparison/change.ts";
import { renderComparison } from "../../observer/comparison/table-page.ts";
import { courseOf } from "../../observer/course/course.ts";
import { readRecording } from "../../observer/recording/reader.ts";
import { pngOf } from "../../observer/report/png.ts";
import { OUTCOMES } from "../../observer/verdicts/outcome.ts";
import { commandContext } from "../command.ts";
import { wasInterrupted } from "../interrupt.ts";
import { openLaboratory } from "../observation/laboratory.ts";
import { makeObservation, staysWords } from "../observation/observation.ts";
import { folderName } from "../observation/record-session.ts";
import type { ObservationRequest } from "../observation/request.ts";
import { toTheChange } from "./command-arguments.ts";

const PNG_WIDTH = 2240;

/** Runs the same load and the same change of release through several strategies, and draws one table; the exit code. */
export async function compare(request: ObservationRequest): Promise<number> {
  const { stacks, order } = request;
  const context = commandContext();
  await using laboratory = await openLaboratory(
    context,
    { ...request, keep: order.keep },
    `bin/lab compare ${stacks.join(" ")}`,
  );

  const changes: ComparedChange[] = [];
  const stayUp: string[] = [];
  for (const stack of stacks) {
    const { folder, isUp } = await makeObservation(laboratory, {
      ...order,
      stack,
      only: (steps) => toTheChange(stack, steps),
    });
    if (isUp) stayUp.push(stack);
    const recording = await readRecording(folder);
    const change = compareChange(recording, courseOf(recording));
    if (change) changes.push(change);
    else
      context.report.note(`${stack}: the release did not change to its end, so it is not in the table; see ${folder}`);
    if (wasInterrupted()) break;
  }
  await writeComparison(join(context.paths.project, "reports", "compare", folderName(new Date())), changes);
  for (const stack of stayUp) context.report.note(staysWords(stack));
  return OUTCOMES[changes.length === stacks.length ? "held" : "inconclusive"].exitCode;
}

/** Prints the table, and writes it as a page with its drawing. */
async function writeComparison(folder: string, changes: readonly ComparedChange[]): Promise<void> {
  const { page, svg, text } = renderComparison(changes);
  await mkdir(folder, { recursive: true });
  await Promise.all([
    writeFile(join(folder, "compare.html"), page),
    writeFile(join(folder, "compare.svg"), svg),
    writeFile(join(folder, "compare.png"), pngOf(svg, PNG_WIDTH)),
    writeFile(join(folder, "compare.json"), `${JSON.stringify(changes, undefined, 2)}\n`),
  ]);
  console.log(`\n${text}\nreport: ${relative(process.cwd(), folder)}`);
}

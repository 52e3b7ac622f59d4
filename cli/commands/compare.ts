import { mkdir, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { UserError } from "../../common/user-error.ts";
import { CHANGE_STEP, type ComparedChange, compareChange } from "../../observer/comparison/change.ts";
import { renderComparison } from "../../observer/comparison/table-page.ts";
import { courseOf } from "../../observer/course/course.ts";
import { readRecording } from "../../observer/recording/reader.ts";
import { pngOf } from "../../observer/report/png.ts";
import type { ObservedStep } from "../../observer/run/steps.ts";
import { OUTCOMES } from "../../observer/verdicts/outcome.ts";
import { prepareMachine } from "../../setup/prepare.ts";
import { stackNames } from "../../setup/pulumi.ts";
import { type Command, commandContext } from "../command.ts";
import { wasInterrupted } from "../interrupt.ts";
import { folderName, makeObservation } from "../observation/observation.ts";
import { referenceAnswers } from "../observation/reference-answers.ts";
import { observationUsage, readRequest } from "../observation/request.ts";

const PNG_WIDTH = 2240;

/** Runs the same load and the same change of release through several strategies, and draws one table. */
export const compare: Command = {
  usage: "compare STRATEGY STRATEGY … [--rate N] [--duration S] [--load-from host|cluster]",
  summary: "the same change of release through several strategies, side by side",
  run: async (args) => {
    const { names, profile, order } = readRequest(args);
    const context = commandContext();
    requireStrategies(names, await stackNames(context.paths));
    const machine = await prepareMachine(context.outside, context.paths, profile, context.report);
    const laboratory = { context, machine, reference: await referenceAnswers(context.paths.project) };

    const changes: ComparedChange[] = [];
    for (const stack of names) {
      const { folder } = await makeObservation(laboratory, {
        ...order,
        stack,
        only: (steps) => toTheChange(stack, steps),
      });
      const recording = await readRecording(folder);
      const change = compareChange(recording, courseOf(recording));
      if (change) changes.push(change);
      else
        context.report.note(
          `${stack}: the release did not change to its end, so it is not in the table; see ${folder}`,
        );
      if (wasInterrupted()) break;
    }
    await writeComparison(join(context.paths.project, "reports", "compare", folderName(new Date())), changes);
    return OUTCOMES[changes.length === names.length ? "held" : "inconclusive"].exitCode;
  },
};

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

function requireStrategies(names: readonly string[], stacks: readonly string[]): void {
  const unknown = names.find((name) => !stacks.includes(name));
  if (names.length > 1 && unknown === undefined && new Set(names).size === names.length) return;
  throw new UserError(
    `strategies: got ${JSON.stringify(names.join(" "))}, allowed: two or more different ones of ${stacks.join(", ")}, ` +
      `for example: bin/lab compare rolling blue-green. Flags: ${observationUsage}`,
  );
}

/** What leads to the change and makes it: neither repetitions nor what comes after. */
function toTheChange(stack: string, steps: readonly ObservedStep[]): readonly ObservedStep[] {
  const last = steps.findIndex(({ id }) => id === CHANGE_STEP);
  if (last >= 0) return steps.slice(0, last + 1).filter(({ kind }) => kind === "up");
  throw new UserError(
    `strategy: got ${stack}, which never completes a change of release, allowed: one with a step "${CHANGE_STEP}"`,
  );
}

import { mkdir, writeFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { UserError } from "../../common/user-error.ts";
import { readRecording } from "../../observer/recording/reader.ts";
import { type IndexedReport, indexPage, type MissingReport } from "../../observer/report/index-page.ts";
import { OUTCOME_WORDS, OUTCOMES } from "../../observer/verdicts/outcome.ts";
import { gravestOf } from "../../observer/verdicts/verdict.ts";
import { stackContext } from "../command.ts";
import { wasInterrupted } from "../interrupt.ts";
import { type Conclusion, conclude } from "../observation/conclusion.ts";
import { openLaboratory } from "../observation/laboratory.ts";
import { makeObservation, staysWords } from "../observation/observation.ts";
import type { Laboratory } from "../observation/open-session.ts";
import type { ObservationOrder, ObservationRequest } from "../observation/request.ts";

/** Runs experiments under load, decides their hypotheses from what was seen, and writes a report of each; the exit code. */
export async function observe(request: ObservationRequest): Promise<number> {
  const { stacks, order } = request;
  const context = await stackContext();
  const command = `bin/lab observe ${stacks.length > 1 ? "all" : stacks.join(" ")}`;
  await using laboratory = await openLaboratory(context, { ...request, keep: order.keep }, command);

  const outcomes = new Map<string, Outcome>();
  for (const stack of stacks) {
    outcomes.set(stack, await observeOne(laboratory, { ...order, stack }, stacks.length > 1));
    if (wasInterrupted()) break;
  }
  if (stacks.length > 1) await tellOfAll(context.paths.project, stacks, outcomes);
  return gravestOf([...outcomes.values()].map(({ code }) => code));
}

/** How one observation of several went. */
type Outcome = { readonly code: number } & (Conclusion | { readonly why: string });

/** Observes one stack; where there are others to come, what keeps this one from running keeps none of them. */
async function observeOne(laboratory: Laboratory, order: ObservationOrder, goesOn: boolean): Promise<Outcome> {
  const { report, paths } = laboratory.context;
  try {
    const { folder, observation, isUp } = await makeObservation(laboratory, order);
    const conclusion = await conclude(folder, await readRecording(folder), laboratory.context);
    console.log(
      `report: ${relative(process.cwd(), folder)}; again from the recording: bin/lab report ${relative(paths.project, folder)}`,
    );
    if (isUp) report.note(staysWords(order.stack));
    if (observation.outcome !== "stopped") return conclusion;
    report.note(`step ${observation.step} failed, so the steps after it did not run: ${observation.message}`);
    return { ...conclusion, code: OUTCOMES.refuted.exitCode };
  } catch (error) {
    if (!goesOn || !(error instanceof UserError) || wasInterrupted()) throw error;
    report.note(`${order.stack} could not be observed: ${error.message}`);
    return { code: OUTCOMES.inconclusive.exitCode, why: error.message };
  }
}

/** Prints a line for each stack, and writes one page that leads to all reports. */
async function tellOfAll(
  project: string,
  stacks: readonly string[],
  outcomes: ReadonlyMap<string, Outcome>,
): Promise<void> {
  const folder = join(project, "reports");
  const reports: IndexedReport[] = [];
  const missing: MissingReport[] = [];
  for (const stack of stacks) {
    const outcome = outcomes.get(stack);
    console.log(`${stack.padEnd(12)} ${outcome ? OUTCOME_WORDS[outcome.code] : "not run"}`);
    if (!outcome) missing.push({ experiment: stack, why: "interrupted before it began" });
    else if ("why" in outcome) missing.push({ experiment: stack, why: outcome.why });
    else {
      const { data, files } = outcome;
      const path = (file: string) => relative(folder, file).split(sep).join("/");
      reports.push({ data, html: path(files.html), thumbnail: path(files.png) });
    }
  }
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "index.html"), indexPage(reports, missing));
  console.log(`all reports: ${relative(process.cwd(), join(folder, "index.html"))}`);
}

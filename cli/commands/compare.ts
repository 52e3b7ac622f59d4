import { randomInt } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join, relative, resolve, sep } from "node:path";
import { UserError } from "../../common/user-error.ts";
import type { ComparedOrder } from "../../observer/compared-runs.ts";
import { type ComparedRun, rolloutOf } from "../../observer/comparison/compared-run.ts";
import { type Comparison, comparisonData, comparisonOf } from "../../observer/comparison/comparison.ts";
import { renderComparison } from "../../observer/comparison/table-page.ts";
import { courseOf } from "../../observer/course/course.ts";
import { readRecording } from "../../observer/recording/reader.ts";
import { pngOf } from "../../observer/report/png.ts";
import { OUTCOMES } from "../../observer/verdicts/outcome.ts";
import { type CommandContext, stackContext } from "../command.ts";
import { wasInterrupted } from "../interrupt.ts";
import { labVersion } from "../lab-version.ts";
import { comparedSources } from "../observation/compared-sources.ts";
import {
  type KeptComparison,
  keepRuns,
  newComparison,
  unfinishedComparison,
} from "../observation/comparison-folder.ts";
import { openLaboratory } from "../observation/laboratory.ts";
import { makeObservation, staysWords } from "../observation/observation.ts";
import type { Laboratory } from "../observation/open-session.ts";
import { type RoundsEffects, takeRounds } from "../observation/take-rounds.ts";
import { type CompareRequest, toTheChange } from "./command-arguments.ts";

const PNG_WIDTH = 2240;
/** Seconds of a run on a machine that has made none yet. */
const FIRST_GUESS_SECONDS = 120;

/** Runs the same load and the same change of release through several strategies, K rounds of them; the exit code. */
export async function compare(request: CompareRequest): Promise<number> {
  const { stacks, order, repeat } = request;
  const context = await stackContext();
  await using laboratory = await openLaboratory(
    context,
    { ...request, keep: order.keep },
    `bin/lab compare ${stacks.join(" ")}`,
  );
  const { folder, kept } = await begin(context, request);
  const stayUp: string[] = [];
  const wanted = { strategies: stacks, repeat, seed: kept.seed };
  const { runs, isComplete } = await takeRounds(
    wanted,
    await doneRuns(context, kept.runs),
    roundsEffects(laboratory, request, { folder, kept }, stayUp),
  );
  const comparison = comparisonOf(wanted, runs);
  await writeComparison(folder, comparison);
  for (const stack of stayUp) context.report.note(staysWords(stack));
  if (!isComplete) context.report.note("the same command goes on with the runs that are done");
  const isFull = comparison.samples.every(({ changes }) => changes.length === repeat);
  return OUTCOMES[isFull ? "held" : "inconclusive"].exitCode;
}

/** Goes on with a comparison that was interrupted, or begins one; says which, and the seed. */
async function begin({ outside, paths, report }: CommandContext, request: CompareRequest): Promise<KeptComparison> {
  const { settings, releases, ratePerSecond, atMostShare, observeAtLeastMs, loadFrom } = request.order;
  const order: ComparedOrder = {
    strategies: [...request.stacks],
    repeat: request.repeat,
    ...{ settings, releases, ratePerSecond, atMostShare, observeAtLeastMs },
    ...(loadFrom && { loadFrom }),
    lab: await labVersion(outside, paths.project),
    sources: comparedSources(paths.project),
  };
  const reports = join(paths.project, "reports", "compare");
  const nowMs = Date.now();
  const unfinished = await unfinishedComparison(reports, order, { seed: request.seed, nowMs });
  const comparison = unfinished ?? newComparison(reports, order, { seed: request.seed ?? randomInt(2 ** 31), nowMs });
  const { folder, kept } = comparison;
  report.note(
    unfinished
      ? `goes on with ${relative(process.cwd(), folder)}, of which ${kept.runs.length} runs are done (seed ${kept.seed}; another --seed begins anew)`
      : `seed ${kept.seed} decides the order of the runs`,
  );
  return comparison;
}

/** Reads again what was recorded before; what is no longer there is done again. */
async function doneRuns(
  { paths, report }: CommandContext,
  kept: KeptComparison["kept"]["runs"],
): Promise<readonly ComparedRun[]> {
  const runs: ComparedRun[] = [];
  for (const run of kept) {
    try {
      runs.push({ ...run, ...(await readRollout(resolve(paths.project, run.folder))) });
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      report.note(`${run.strategy} in round ${run.round} is done again: ${error.message}`);
    }
  }
  return runs;
}

async function readRollout(folder: string) {
  const recording = await readRecording(folder);
  return rolloutOf(recording, courseOf(recording));
}

/** Observes by the laboratory and writes into the comparison's folder; adds to `stayUp` what is up at the end. */
function roundsEffects(
  laboratory: Laboratory,
  { order }: CompareRequest,
  { folder, kept }: KeptComparison,
  stayUp: string[],
): RoundsEffects {
  const { paths, report, durations } = laboratory.context;
  const what = (strategy: string) => `compare: ${strategy}`;
  return {
    observe: async (stack) => {
      const only = { only: (steps: Parameters<typeof toTheChange>[1]) => toTheChange(stack, steps) };
      const made = await makeObservation(laboratory, { ...order, stack, ...only });
      if (made.isUp) stayUp.push(stack);
      if (made.observation.outcome === "stopped")
        report.note(`step ${made.observation.step} of ${stack} failed: ${made.observation.message}`);
      const isOver = made.observation.outcome !== "interrupted";
      return isOver ? relative(paths.project, made.folder).split(sep).join("/") : undefined;
    },
    read: (recorded) => readRollout(resolve(paths.project, recorded)),
    keep: (runs, isComplete) =>
      keepRuns({
        folder,
        kept: {
          ...kept,
          isComplete,
          runs: runs.map(({ round, strategy, isControl, folder }) => ({ round, strategy, isControl, folder })),
        },
      }),
    usualSeconds: async (strategy) => (await durations.usualSeconds(what(strategy))) ?? FIRST_GUESS_SECONDS,
    took: (strategy, seconds) => durations.took(what(strategy), seconds),
    isInterrupted: wasInterrupted,
    nowMs: () => performance.now(),
    note: report.note,
  };
}

/** Prints the figures, and writes them as a page with its drawing. */
async function writeComparison(folder: string, comparison: Comparison): Promise<void> {
  const { page, svg, text } = renderComparison(comparison);
  await mkdir(folder, { recursive: true });
  await Promise.all([
    writeFile(join(folder, "compare.html"), page),
    writeFile(join(folder, "compare.svg"), svg),
    writeFile(join(folder, "compare.png"), pngOf(svg, PNG_WIDTH)),
    writeFile(join(folder, "compare.json"), `${JSON.stringify(comparisonData(comparison), undefined, 2)}\n`),
  ]);
  console.log(`\n${text}\nreport: ${relative(process.cwd(), folder)}`);
}

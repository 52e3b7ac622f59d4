import { figure } from "../words.ts";
import type { ComparedRun } from "./compared-run.ts";
import { type Comparison, intervalText, medianOf } from "./comparison.ts";
import { MEASURES, type Measure } from "./measures.ts";

/**
 * The comparison as plain text: by measure, a line for each strategy. One round shows the runs themselves, several show medians
 * with their intervals. The sentences follow.
 */
export function comparisonText(comparison: Comparison): string {
  const isOne = comparison.repeat === 1;
  const headings = isOne ? ["measure", "strategy", "value"] : ["measure", "strategy", "median", "interval", "runs"];
  const rows = MEASURES.flatMap((measure) =>
    (isOne ? runRows(comparison.runs, measure) : medianRows(comparison, measure)).map((row, index) => [
      index === 0 ? measure.heading : "",
      ...row,
    ]),
  );
  return [aligned([headings, ...rows]), "", ...comparison.sentences].join("\n");
}

const runRows = (runs: readonly ComparedRun[], { cell }: Measure): readonly (readonly string[])[] =>
  runs.flatMap(({ strategy, change, failed, leftOut }) => {
    const value = change ? (cell(change) ?? "-") : failed === undefined ? undefined : "failed";
    return value === undefined ? [] : [[strategy, `${value}${leftOut === undefined ? "" : " (left out)"}`]];
  });

const medianRows = (comparison: Comparison, measure: Measure): readonly (readonly string[])[] =>
  comparison.samples.map((sample) => {
    const interval = medianOf(comparison, measure, sample);
    const [median, bounds] = interval
      ? [measure.text(interval.median), intervalText(measure, interval)]
      : (["-", "-"] as const);
    return [sample.strategy, median, bounds, figure(sample.changes.length)];
  });

function aligned(all: readonly (readonly string[])[]): string {
  const widths = (all[0] ?? []).map((_heading, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ");
  return all.map((row) => line(row).trimEnd()).join("\n");
}

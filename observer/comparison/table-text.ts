import type { ComparedChange } from "./change.ts";
import { MEASURES } from "./measures.ts";

/** The comparison as a table of plain text, with a line for each strategy. */
export function comparisonTable(changes: readonly ComparedChange[]): string {
  const headings = ["strategy", ...MEASURES.map(({ heading }) => heading)];
  const rows = changes.map((change) => [change.experiment, ...MEASURES.map(({ cell }) => cell(change) ?? "-")]);
  const all = [headings, ...rows];
  const widths = headings.map((_heading, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join("  ");
  return all.map(line).join("\n");
}

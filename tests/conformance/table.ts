import { FIELDS } from "./compare.ts";
import type { Result } from "./record.ts";

/** Results as a Markdown table: by kind of change, how many cases, and for each field how many were outside and tight. */
export function tableOf(results: readonly Result[]): string {
  const kinds = [...new Set(results.map(({ kind }) => kind))].sort();
  const rows = kinds.map((kind) =>
    rowOf(
      kind,
      results.filter((result) => result.kind === kind),
    ),
  );
  const head = ["change", "cases", ...FIELDS.map((field) => `${field}: outside, tight`)];
  return [head, head.map(() => "---"), ...rows, rowOf("all", results)]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n");
}

function rowOf(kind: string, results: readonly Result[]): string[] {
  const cells = FIELDS.map((field) => {
    const points = results.flatMap(({ points: all }) => all.filter((point) => point.field === field));
    const outside = points.filter((point) => point.outside).length;
    const bounded = points.filter(({ tight }) => tight !== undefined);
    if (bounded.length === 0) return `${outside} of ${points.length}`;
    return `${outside}, ${percent(bounded.filter(({ tight }) => tight).length, bounded.length)}`;
  });
  return [kind, String(results.length), ...cells];
}

/** `97.3 %`, rounded down, so that 100 % means all. */
export const percent = (part: number, whole: number): string =>
  whole === 0 ? "none" : `${Math.floor((part / whole) * 1000) / 10} %`;

/** In how many of all held fields the bound was reached, and how many cases have a field outside. */
export function totals(results: readonly Result[]) {
  const bounded = results.flatMap(({ points }) => points.filter(({ tight }) => tight !== undefined));
  return {
    cases: results.length,
    outside: results.filter(({ points }) => points.some((point) => point.outside)).length,
    tight: bounded.length === 0 ? 1 : bounded.filter(({ tight }) => tight).length / bounded.length,
  };
}

import { caseText } from "./cases.ts";
import { type CaseRecord, type Result, read } from "./record.ts";
import { courseOf } from "./seen.ts";

/** A disagreement in words: the case, and what was planned and seen. */
export function disagreementText(record: CaseRecord, { points }: Result): string {
  const { case: one, version, sights, stale } = read(record);
  const wrong = points.filter(({ outside }) => outside);
  const lines = wrong.map(
    ({ field, planned, seen }) => `  ${field}: planned ${JSON.stringify(planned)}, seen ${JSON.stringify(seen)}`,
  );
  const acts = stale.map((act) => `  of a pass that began before the change: ${act}`);
  return [caseText(one), ...lines, ...acts, ...courseOf(version, sights).map((line) => `    ${line}`)].join("\n");
}

/** A disagreement as a test of plan/: it fails until the plan has what was seen within its bounds. */
export function asTest(record: CaseRecord): string {
  const { wanted, live, seen, lateMs, case: one } = read(record);
  return [
    `test(${JSON.stringify(caseText(one).replaceAll("\n", "; "))}, () => {`,
    `  const wanted = ${JSON.stringify(wanted)} as const;`,
    `  const live = ${JSON.stringify(live)};`,
    `  const seen = ${JSON.stringify(seen)};`,
    `  const plan = planRollout(wanted, live, CONTEXT);`,
    `  expect(compare(plan, seen, ${one.change.minReadySeconds * 1000}, ${lateMs}).filter(({ outside }) => outside)).toEqual([]);`,
    "});",
  ].join("\n");
}

import type { Rule } from "../../policy/rule.ts";
import type { Problem } from "../../policy/rules.ts";

/** A problem, and the file and line (counted from 1) where it stands. */
export type PlacedProblem = Problem & { readonly file: string; readonly line: number };

/**
 * Problems as SARIF 2.1.0 (OASIS), which code scanning reads: a run with its rules, and a result for each problem. Standard input has no
 * address; it is called `stdin`.
 */
export function sarifOf(rules: readonly Rule[], problems: readonly PlacedProblem[]): string {
  const log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "online-inference check",
            rules: rules.map(({ name, description, level }) => ({
              id: name,
              shortDescription: { text: description },
              defaultConfiguration: { level },
            })),
          },
        },
        results: problems.map((problem) => ({
          ruleId: problem.rule,
          ruleIndex: rules.findIndex(({ name }) => name === problem.rule),
          level: problem.level,
          message: { text: `${problem.path} ${problem.message}. ${problem.why}` },
          locations: [
            {
              physicalLocation: {
                artifactLocation: { uri: problem.file === "-" ? "stdin" : encodeURI(problem.file) },
                region: { startLine: problem.line },
              },
              logicalLocations: [{ fullyQualifiedName: `${problem.object}/${problem.path}` }],
            },
          ],
        })),
      },
    ],
  };
  return `${JSON.stringify(log, undefined, 2)}\n`;
}

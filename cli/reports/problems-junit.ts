import type { Rule } from "../../policy/rule.ts";
import { junitXml } from "./junit-xml.ts";
import type { PlacedProblem } from "./sarif.ts";

/** Problems as JUnit: a test for each rule, which fails by its errors. Warnings and notes are told in its name's line, and pass. */
export function junitOfProblems(rules: readonly Rule[], problems: readonly PlacedProblem[]): string {
  const tests = rules.map(({ name, audience }) => {
    const its = problems.filter(({ rule }) => rule === name);
    const lines = its.map(({ file, line, object, path, message }) => `${file}:${line} ${object}: ${path} ${message}`);
    const errors = its.filter(({ level }) => level === "error");
    const className = `check.${audience}`;
    if (errors.length > 0) {
      const [first] = errors;
      return {
        name,
        className,
        failure: { message: `${first?.object}: ${first?.path} ${first?.message}`, detail: lines.join("\n") },
      };
    }
    return lines.length > 0 ? { name, className, skipped: lines.join("\n") } : { name, className };
  });
  return junitXml("bin/lab check", tests);
}

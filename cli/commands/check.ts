import type { Manifest } from "../../kubernetes/manifest.ts";
import { describe } from "../../policy/rule.ts";
import { everyRule, problemsOf } from "../../policy/rules.ts";
import { type ReadEffects, type ReadObject, readObjects } from "../objects/read-objects.ts";
import { writeOut } from "../objects/write-out.ts";
import { problemLines } from "../plans/problem-lines.ts";
import type { CheckRequest } from "./object-arguments.ts";

/** Checks anybody's objects by rules, and prints what is wrong; the exit code. */
export async function check(request: CheckRequest, effects?: ReadEffects): Promise<number> {
  const audiences = request.ours ? (["anybody", "ours"] as const) : (["anybody"] as const);
  const rules = everyRule.filter(({ audience }) => audiences.some((one) => one === audience));
  if (request.file === undefined) {
    console.log(rules.map(({ name, level, description }) => `${level} ${name}\n  ${description}`).join("\n"));
    return 0;
  }
  const found = await readObjects(request.file, effects);
  // Rules look at the kinds that they know, and at fields that were checked when the objects were read.
  const manifests = found.map(({ object }) => object) as readonly Manifest[];
  const problems = problemsOf(manifests, audiences).map((problem) => ({ ...problem, ...placeOf(problem, found) }));
  const applied = rules.filter(({ needsPlan }) => !needsPlan);
  if (request.sarif !== undefined) {
    const { sarifOf } = await import("../reports/sarif.ts");
    await writeOut(request.sarif, sarifOf(applied, problems));
  }
  if (request.junit !== undefined) {
    const { junitOfProblems } = await import("../reports/problems-junit.ts");
    await writeOut(request.junit, junitOfProblems(applied, problems));
  }
  console.log(
    request.json ? JSON.stringify({ version: 1, problems }, undefined, 2) : textOf(problems, manifests.length),
  );
  return problems.some(({ level }) => level === "error") ? 1 : 0;
}

/** A problem and where it stands. */
type Placed = ReturnType<typeof problemsOf>[number] & Place;
type Place = { readonly file: string; readonly line: number };

function placeOf(
  { object, path }: { readonly object: string; readonly path: string },
  found: readonly ReadObject[],
): Place {
  const its = found.find((one) => describe(one.object as Manifest) === object);
  return { file: its?.file ?? "-", line: its?.lineOf(path) ?? 1 };
}

function textOf(problems: readonly Placed[], objects: number): string {
  const count = (level: string) => {
    const number = problems.filter((problem) => problem.level === level).length;
    return `${number} ${level}${number === 1 ? "" : "s"}`;
  };
  const sum = [count("error"), count("warning"), count("note")].join(", ");
  return [...problemLines(problems), `${objects} ${objects === 1 ? "object" : "objects"}: ${sum}`].join("\n");
}

import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Results } from "../results.ts";
import { chartSvg } from "./chart.ts";
import { shown, verdicts } from "./goals.ts";
import { markdown } from "./table.ts";

/** Writes benchmark.md, .json and .svg into a folder; those of an earlier round are overwritten. */
export async function writeResults(folder: string, results: Results): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(
    join(folder, "benchmark.json"),
    `${JSON.stringify({ goals: verdicts(results), shown: shown(results), ...results }, null, 2)}\n`,
  );
  // A person wrote these findings about the figures, so they are not a result of this run.
  const findings = await readFile(join(import.meta.dirname, "findings.md"), "utf8");
  await writeFile(join(folder, "benchmark.md"), `${markdown(results)}\n${findings}`);
  if (results.samples.length > 0) await writeFile(join(folder, "benchmark.svg"), `${chartSvg(results)}\n`);
}

/** Copies the written page and chart into the documentation. */
export async function copyToDocs(folder: string, docs: string): Promise<void> {
  for (const name of ["benchmark.md", "benchmark.svg"]) await copyFile(join(folder, name), join(docs, name));
}

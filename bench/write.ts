import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { chartSvg } from "./chart.ts";
import { verdicts } from "./goals.ts";
import type { Results } from "./results.ts";
import { markdown } from "./table.ts";

/** Writes benchmark.md, .json and .svg into a folder, over those of an earlier round. */
export async function writeResults(folder: string, results: Results): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(
    join(folder, "benchmark.json"),
    `${JSON.stringify({ goals: verdicts(results), ...results }, null, 2)}\n`,
  );
  // What a person found out about the figures; they are a run's, this is not.
  const findings = await readFile(join(import.meta.dirname, "findings.md"), "utf8");
  await writeFile(join(folder, "benchmark.md"), `${markdown(results)}\n${findings}`);
  if (results.samples.length > 0) await writeFile(join(folder, "benchmark.svg"), `${chartSvg(results)}\n`);
}

/** Copies what was written into the documentation. */
export async function copyToDocs(folder: string, docs: string): Promise<void> {
  for (const name of ["benchmark.md", "benchmark.svg"]) await copyFile(join(folder, name), join(docs, name));
}

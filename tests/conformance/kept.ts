import { appendFile, mkdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { CaseRecord } from "./record.ts";

/** The file of a seed's cases that are done: one record a line. */
export const keptFile = (cache: string, seed: number): string => join(cache, "conformance", `seed-${seed}.jsonl`);

/**
 * The records of cases that are done. A line that an interruption cut off is no record, nor is one of a time when the events
 * themselves were not kept.
 */
export async function readKept(file: string): Promise<readonly CaseRecord[]> {
  const text = await readFile(file, "utf8").catch(() => "");
  return text.split("\n").flatMap((line) => {
    if (!line.endsWith("}")) return [];
    try {
      const record = JSON.parse(line) as CaseRecord;
      return record.events === undefined ? [] : [record];
    } catch {
      return [];
    }
  });
}

/** Keeps a record, so that an interrupted run goes on after it. */
export async function keep(file: string, record: CaseRecord): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await appendFile(file, `${JSON.stringify(record)}\n`);
}

import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Recording } from "../../../observer/events.ts";
import { readRecording } from "../../../observer/recording/reader.ts";
import type { Verdict } from "../../../observer/verdicts/verdict.ts";

/** A recording of the lab, or an edited copy of one, with the outcomes that it must get. */
export type Fixture = {
  readonly name: string;
  readonly recording: Recording;
  readonly expected: readonly Pick<Verdict, "hypothesis" | "outcome">[];
};

const folder = fileURLToPath(new URL("../../fixtures/recordings", import.meta.url));

/**
 * Reads all `NAME.ndjson` of the folder, each with its `NAME.expected.json`: `[{ hypothesis, outcome }, …]` in the header's
 * order.
 */
export async function fixtures(): Promise<Fixture[]> {
  const files = (await readdir(folder)).filter((name) => name.endsWith(".ndjson")).toSorted();
  return Promise.all(
    files.map(async (file) => {
      const name = basename(file, ".ndjson");
      return {
        name,
        recording: await readRecording(join(folder, file)),
        expected: JSON.parse(await readFile(join(folder, `${name}.expected.json`), "utf8")),
      };
    }),
  );
}

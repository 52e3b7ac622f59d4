import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { expect, test } from "vitest";

const project = fileURLToPath(new URL("../..", import.meta.url));

/** What each example prints, by its command line. */
const prints: readonly (readonly [string, string])[] = [
  [
    "read-recording.ts tests/fixtures/recordings/recreate.ndjson",
    `Recreate: What does it cost users if no two releases may ever run together?
Deploy release v1: answered 11 by v1; 0 failed; longest time without an answer 0.0 s
Deploy the same again: answered 60 by v1; 0 failed; longest time without an answer 0.0 s
Change to release v2: answered 94 by v1, 21 by v2; 20 failed; longest time without an answer 3.9 s`,
  ],
];

test.each(prints)("%s", async (example, printed) => {
  const { stdout } = await execa(process.execPath, `examples/${example}`.split(" "), { cwd: project });
  expect(stdout).toBe(printed);
});

test("every example is run here, and named in the README of their folder", async () => {
  const files = (await readdir(`${project}/examples`)).filter((file) => file.endsWith(".ts"));
  expect([...new Set(prints.map(([example]) => example.split(" ")[0]))].toSorted()).toEqual(files.toSorted());
  const readme = await readFile(`${project}/examples/README.md`, "utf8");
  for (const file of files) expect(readme).toContain(`[${file}](${file})`);
});

import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { experimentNames, experiments } from "../../../stacks/index.ts";
import { resolveConfig } from "../../../stacks/program/config.ts";
import { settingsPage } from "../../../stacks/program/settings-page.ts";

/** Cells of a key's row. */
function rowOf(key: string): readonly string[] {
  const row =
    settingsPage()
      .split("\n")
      .find((line) => line.startsWith(`| \`${key}\` |`)) ?? "";
  return row
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim())
    .slice(2, -1);
}

test("docs/settings.md is what the schemas say today; if it has to change: npm run settings", async () => {
  expect(await readFile(new URL("../../../docs/settings.md", import.meta.url), "utf8")).toBe(settingsPage());
});

test("says what a key allows, its default, and whose other default it is", () => {
  expect(rowOf("cpuRequestMillicores")).toEqual([
    "CPU that the scheduler reserves for a pod",
    "a whole number from 10 to 2000",
    "`50`; `250` in `resources`",
    "all",
  ]);
  expect(rowOf("replicas")[2]).toMatch(/^`6`; `3` in `helm`, `replicaset`, .*`switch`$/);
  expect(rowOf("active")).toEqual(["Colour that gets the users", "blue, green", "`blue`", "`switch`"]);
  expect(rowOf("registry").at(-1)).toBe("none");
});

test("says which defaults follow from the stack's name", () => {
  expect(rowOf("namespace").at(-1)).toBe("`online-inference-NAME`");
  expect(rowOf("nodePort").at(-1)).toMatch(/^`30059` in `dev`; .*`30055` in `rolling`/);
  expect(rowOf("experiment").at(-1)).toBe("`NAME`; `pod` in `dev`");
  expect(resolveConfig({ project: "lab", stack: "dev", values: {}, env: {} }).experimentName).toBe("pod");
});

test("has every key of every experiment", () => {
  for (const name of experimentNames()) {
    for (const key of Object.keys(experiments[name]?.settings.properties ?? {})) expect(rowOf(key)).toHaveLength(4);
  }
});

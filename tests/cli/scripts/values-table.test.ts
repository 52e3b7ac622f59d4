import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { valuesTable, withValuesTable } from "../../../cli/scripts/values-table.ts";

const read = (name: string) => readFile(new URL(`../../../charts/${name}`, import.meta.url), "utf8");

test("charts/README.md has the values of values.yaml; if it has to change: npm run chart-values", async () => {
  const readme = await read("README.md");
  expect(withValuesTable(readme, await read("values.yaml"))).toBe(readme);
});

const table = (values: string) =>
  valuesTable(values)
    .split("\n")
    .slice(2, -1)
    .map((line) =>
      line
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim())
        .slice(1, -1),
    );

test("has a row for each value that has a comment, with its default", () => {
  const values =
    "# About the file.\n\n# A number.\na: 1\n\ngroup:\n  # A text | two.\n  b: x\n  # No default.\n  c: null\n";
  expect(table(values)).toEqual([
    ["`a`", "`1`", "A number."],
    ["`group.b`", "`x`", "A text \\| two."],
    ["`group.c`", "", "No default."],
  ]);
});

test("has a row for a map whose members have no comments, and leaves long defaults out", () => {
  const values = `# On\n# two lines.\nlist: [1, 2]\n# Long.\nlong:\n  name: ${"x".repeat(60)}\n`;
  expect(table(values)).toEqual([
    ["`list`", "`[1,2]`", "On two lines."],
    ["`long`", "see `values.yaml`", "Long."],
  ]);
});

test("names a value without a comment", () => {
  expect(() => valuesTable("# A.\na: 1\nb: 2\n")).toThrow("b has no comment");
});

test("needs its place in the README", () => {
  expect(() => withValuesTable("# The chart\n", "# A.\na: 1\n")).toThrow("<!-- npm run chart-values -->");
});

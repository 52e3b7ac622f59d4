import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readStackFile, resetStackFile } from "../../../cli/stack/file.ts";
import { scratchFolder } from "../../setup/support/scratch.ts";

// As long as a real one: a line that is folded is another text.
const salt = "encryptionsalt: v1:0DdepLLcF6E=:v1:EJbPSQIztA9bkXnf:+uxZFDcdya+5kGycKUVq1Myymwp1Cg==\n";

async function projectWith(text: string) {
  const project = await scratchFolder();
  const file = join(project, "Pulumi.switch.yaml");
  await writeFile(file, text);
  return { project, text: () => readFile(file, "utf8") };
}

test("a reset leaves the file as it is committed, whatever was saved", async () => {
  const { project, text } = await projectWith(`${salt}config:\n  online-inference:active: green\n  docker:host: x\n`);
  expect(await resetStackFile(project, "switch")).toEqual(["online-inference:active", "docker:host"]);
  expect(await text()).toBe(salt);
  expect(await readStackFile(project, "switch")).toEqual({ values: {}, secretKeys: [] });
});

test("a file without settings is not touched", async () => {
  const { project, text } = await projectWith(`# mine\n${salt}`);
  expect(await resetStackFile(project, "switch")).toEqual([]);
  expect(await text()).toBe(`# mine\n${salt}`);
});

test.each([
  ["*.example.com", 3, "the alias *.example.com has no anchor before it"],
  ["{ a", 4, "Flow map"],
])("a file that is no YAML (%s) is named with its line, and how it is mended", async (value, line, what) => {
  const { project } = await projectWith(`${salt}config:\n  online-inference:host: ${value}\n`);
  for (const reading of [readStackFile, resetStackFile]) {
    const refused = expect(reading(project, "switch")).rejects;
    await refused.toMatchObject({ name: "UserError" });
    await refused.toThrow(`Pulumi.switch.yaml:${line}: got no YAML (${what}`);
    await refused.toThrow("Mend it: git diff Pulumi.switch.yaml");
  }
});

import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { comparedSources } from "../../../cli/observation/compared-sources.ts";
import { LAB } from "../../../start/programs.ts";
import { scratchFolder } from "../../setup/support/scratch.ts";

let project: string;

async function write(path: string, text: string) {
  await mkdir(dirname(join(project, path)), { recursive: true });
  await writeFile(join(project, path), text);
}

beforeEach(async () => {
  project = await scratchFolder();
  await write("node_modules/.package-lock.json", "{}");
  await write("charts/values.yaml", "replicas: 2");
  for (const room of LAB.rooms) await write(`${room}/one.ts`, "export {};");
});

test("sources have the same key as long as nothing is edited", () => {
  expect(comparedSources(project)).toBe(comparedSources(project));
});

test.each([
  "stacks/rolling.ts",
  "observer/clock.ts",
  "service/model/v1.onnx",
  "service/Dockerfile",
  "charts/values.yaml",
  "node_modules/.package-lock.json",
])("an edit of %s gives another key", async (path) => {
  const before = comparedSources(project);
  await write(path, "edited");
  const first = comparedSources(project);
  expect(first).not.toBe(before);
  // A second edit of what is edited already is another one too.
  await write(path, "edited again");
  expect(comparedSources(project)).not.toBe(first);
});

test("sources that cannot be read whole are never the same", async () => {
  await rm(join(project, "node_modules"), { recursive: true });
  expect(comparedSources(project)).not.toBe(comparedSources(project));
});

test("notes and recordings decide nothing", async () => {
  const before = comparedSources(project);
  await write("README.md", "more words");
  await write("reports/compare/one/runs.json", "{}");
  expect(comparedSources(project)).toBe(before);
});

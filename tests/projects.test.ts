import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { experimentNames } from "../stacks/index.ts";
import config from "../vitest.config.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/** The files of each vitest project: a project is an object with the globs of its files. */
const projects = (config.test?.projects ?? []).map((project) => {
  if (typeof project !== "object" || !("test" in project)) throw new Error("a project is not an object");
  const { name, include = [], exclude = [] } = project.test ?? {};
  const matching = (globs: readonly string[]) => globs.flatMap((glob) => globSync(glob, { cwd: root }));
  const without = new Set(matching(exclude));
  return { name, include, files: matching(include).filter((file) => !without.has(file)) };
});

test("every test file belongs to exactly one project", () => {
  const files = projects.flatMap(({ files }) => files).sort();
  expect(files).toEqual(globSync("tests/**/*.test.ts", { cwd: root }).sort());
});

test("every file that a project names exists", () => {
  for (const { name, include } of projects) {
    for (const glob of include) expect(globSync(glob, { cwd: root }), `${name}: ${glob}`).not.toEqual([]);
  }
});

test("no stack of the checkout is named in both groups of its stacks", () => {
  const stacks = [...experimentNames(), "dev"];
  const namedIn = (group: string) => {
    const { files = [] } = projects.find(({ name }) => name === group) ?? {};
    const texts = files.map((file) => readFileSync(join(root, file), "utf8"));
    // A kind of event, or of what kubectl gets and deletes, may have a stack's name.
    const isNamed = (stack: string, text: string) => new RegExp(`(?<!=== |get", |delete", )"${stack}"`).test(text);
    return stacks.filter((stack) => texts.some((text) => isNamed(stack, text)));
  };
  expect(namedIn("cluster-beside")).toEqual(["helm", "recreate", "switch", "dev"]);
  expect(namedIn("cluster").filter((stack) => namedIn("cluster-beside").includes(stack))).toEqual([]);
});

test("no unit test replaces a module, since the files of a worker share what they import", () => {
  const { files = [] } = projects.find(({ name }) => name === "unit") ?? {};
  const mocks = ["mock", "doMock", "hoisted"].map((name) => `vi.${name}(`);
  const replacing = files.filter((file) => {
    const text = readFileSync(join(root, file), "utf8");
    return mocks.some((mock) => text.includes(mock));
  });
  expect(files.length).toBeGreaterThan(300);
  expect(replacing).toEqual([]);
});

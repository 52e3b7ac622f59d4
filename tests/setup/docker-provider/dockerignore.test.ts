import { rm } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { parseIgnoreFile, readIgnoreRules } from "../../../setup/docker-provider/dockerignore.ts";
import { makeFolder } from "./folder.ts";

describe("rules of a .dockerignore file", () => {
  // docker's semantics: patterns start at the context's root, and a file of an excluded folder may be included again.
  it.each([
    ["node_modules", "node_modules/a/b.js", true],
    ["node_modules", "sub/node_modules/b.js", false],
    ["**/node_modules", "sub/node_modules/b.js", true],
    ["/dist", "dist/a", true],
    ["./dist/", "dist/a", true],
    ["*.log", "a.log", true],
    ["*.log", "sub/a.log", false],
    ["**/*.log", "sub/a.log", true],
    ["a?c", "abc", true],
    ["[ab].txt", "b.txt", true],
    ["*\n!src", "src/main.js", false],
    ["*\n!src", "test/main.js", true],
    ["docs\n!docs/keep.md", "docs/keep.md", false],
    ["docs\n!docs/keep.md\ndocs/keep.md", "docs/keep.md", true],
    ["# docs", "docs", false],
    ["#docs", "#docs", false],
    ["\uFEFFdocs", "docs", true],
    ["  docs  \r\n", "docs", true],
    ["\n\n", "anything", false],
    ["Docs", "docs", false],
  ])("%j on %s: %s", (text, path, excluded) => {
    expect(parseIgnoreFile(text).excludes(path)).toBe(excluded);
  });

  it("let files through that the daemon needs", () => {
    const rules = parseIgnoreFile("*");
    expect(rules.keeping(["Dockerfile"]).excludes("Dockerfile")).toBe(false);
    expect(rules.keeping(["Dockerfile"]).excludes("main.js")).toBe(true);
    expect(rules.excludes("Dockerfile")).toBe(true);
  });
});

describe("the file that belongs to a Dockerfile", () => {
  let folder = "";
  afterEach(() => rm(folder, { recursive: true }));

  it.each([
    ["docker/Dev", { "docker/Dev.dockerignore": "a", "Dev.dockerignore": "b", ".dockerignore": "c" }, "a"],
    ["docker/Dev", { "Dev.dockerignore": "b", ".dockerignore": "c" }, "b"],
    ["docker/Dev", { ".dockerignore": "c" }, "c"],
    ["Dockerfile", { ".dockerignore": "c" }, "c"],
  ])("of %s among %j", async (dockerfile, files, excluded) => {
    folder = await makeFolder(files);
    const rules = await readIgnoreRules(folder, join(folder, dockerfile));
    expect(["a", "b", "c"].filter((name) => rules.excludes(name))).toEqual([excluded]);
  });

  it("may be missing", async () => {
    folder = await makeFolder({});
    expect((await readIgnoreRules(folder, join(folder, "Dockerfile"))).excludes("a")).toBe(false);
  });
});

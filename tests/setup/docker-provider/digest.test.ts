import { createHash } from "node:crypto";
import { chmod, rename, rm, symlink, unlink, utimes } from "node:fs/promises";
import { basename, join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { findContext } from "../../../setup/docker-provider/context.ts";
import { contextDigest, modeText } from "../../../setup/docker-provider/digest.ts";
import { readInputs } from "../../../setup/docker-provider/inputs.ts";
import { factsIn, type KeptFacts } from "../../../start/kept-fact.ts";
import { scratchFolder } from "../support/scratch.ts";
import { makeFolder, put } from "./folder.ts";

let folder: string;

beforeEach(async () => {
  folder = await makeFolder({
    Dockerfile: "FROM scratch\n",
    ".dockerignore": "*.log\n",
    "src/main.js": "1",
    "run.sh": { text: "#!/bin/sh", mode: 0o755 },
    link: { link: "src/main.js" },
    "noise.log": "1",
  });
});

afterEach(() => rm(folder, { recursive: true }));

const context = () => findContext(readInputs({ build: {} }).build, folder);
const digest = async () => contextDigest(await context());

it("is the official plugin's hash over path, mode and content", async () => {
  const sha256 = (text: string) => createHash("sha256").update(text).digest();
  const parts = [
    ["Dockerfile", "----------", "FROM scratch\n"],
    [".dockerignore", "-rw-r--r--", "*.log\n"],
    ["Dockerfile", "-rw-r--r--", "FROM scratch\n"],
    ["link", "Lrwxrwxrwx", "src/main.js"],
    ["run.sh", "-rwxr-xr-x", "#!/bin/sh"],
    ["src/main.js", "-rw-r--r--", "1"],
  ];
  const total = createHash("sha256");
  for (const [path = "", mode = "", text = ""] of parts)
    total
      .update(path + mode)
      .update(sha256(text))
      .update("\0");
  expect(await digest()).toBe(total.digest("hex"));
});

it.each<[string, () => Promise<unknown>]>([
  ["content", () => put(folder, "src/main.js", "2")],
  ["the Dockerfile", () => put(folder, "Dockerfile", "FROM other\n")],
  ["a mode", () => chmod(join(folder, "run.sh"), 0o644)],
  ["a name", () => rename(join(folder, "run.sh"), join(folder, "go.sh"))],
  ["a new file", () => put(folder, "src/new.js", "")],
  ["a link's target", () => unlink(join(folder, "link")).then(() => symlink("run.sh", join(folder, "link")))],
])("changes with %s", async (_what, change) => {
  const before = await digest();
  await change();
  expect(await digest()).not.toBe(before);
});

it.each<[string, () => Promise<unknown>]>([
  ["an ignored file", () => put(folder, "noise.log", "2")],
  ["a time", () => utimes(join(folder, "run.sh"), 1, 1)],
])("does not change with %s", async (_what, change) => {
  const before = await digest();
  await change();
  expect(await digest()).toBe(before);
});

it("does not depend on where the context lies", async () => {
  const before = await digest();
  await rename(folder, `${folder}-moved`);
  folder = `${folder}-moved`;
  expect(await digest()).toBe(before);
});

it("writes modes as Go does", () => {
  const isSymbolicLink = () => false;
  expect(modeText({ mode: 0o104755, isSymbolicLink })).toBe("urwxr-xr-x");
  expect(modeText({ mode: 0o103600, isSymbolicLink })).toBe("gtrw-------");
});

it("reads a large file once for as long as it does not change, and again when it has", async () => {
  const large = "x".repeat(1024 ** 2);
  await put(folder, "src/large", large);
  const asked: string[] = [];
  const kept = factsIn(await scratchFolder(), () => Date.now() + 60_000);
  const facts: KeptFacts = (question, files, find) =>
    kept(question, files, () => {
      asked.push(...files.map((file) => basename(file)));
      return find();
    });
  const withFacts = async () => contextDigest(await context(), facts);
  expect(await withFacts()).toBe(await digest());
  expect(await withFacts()).toBe(await digest());
  expect(asked).toEqual(["large"]);
  await put(folder, "src/large", large.replace("x", "y"));
  expect(await withFacts()).toBe(await digest());
  expect(asked).toEqual(["large", "large"]);
});

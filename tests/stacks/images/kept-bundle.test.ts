import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { keeperOf } from "../../../stacks/images/kept-bundle.ts";
import { scratchFolder } from "../../setup/support/scratch.ts";

/** A checkout whose service says something, and a maker of its bundle that counts how often it makes one. */
async function checkout() {
  const folder = await scratchFolder();
  const project = join(folder, "checkout");
  const say = (words: string) => writeFile(join(project, "service", "main.ts"), words);
  await mkdir(join(project, "service"), { recursive: true });
  await mkdir(join(project, "node_modules"));
  for (const file of [join("node_modules", ".package-lock.json"), "package.json", "tsconfig.json"]) {
    await writeFile(join(project, file), "{}");
  }
  await say("first");
  const made: string[] = [];
  const maker = (content: string) => async () => {
    made.push(content);
    return new Map([["main.mjs", Buffer.from(content)]]);
  };
  return { project, cache: join(folder, "cache"), say, made, maker };
}

const textOf = (files: ReadonlyMap<string, Uint8Array>) => Buffer.from(files.get("main.mjs") ?? "").toString();

test("the service is bundled once for the same sources, by whichever process", async () => {
  const { project, cache, made, maker } = await checkout();
  for (let run = 0; run < 3; run += 1) expect(textOf(await keeperOf({ project, cache })(maker("one")))).toBe("one");
  expect(made).toEqual(["one"]);
  expect(await readdir(join(cache, "bundles"))).toHaveLength(1);
});

test("two releases at once have one bundle made", async () => {
  const { project, cache, made, maker } = await checkout();
  const keep = keeperOf({ project, cache });
  await Promise.all([keep(maker("one")), keep(maker("one"))]);
  expect(made).toEqual(["one"]);
});

test("an edit is bundled anew, and its way back is kept", async () => {
  const { project, cache, say, made, maker } = await checkout();
  const keep = keeperOf({ project, cache });
  await keep(maker("one"));
  await say("other");
  expect(textOf(await keep(maker("two")))).toBe("two");
  await say("first");
  expect(textOf(await keep(maker("three")))).toBe("one");
  expect(made).toEqual(["one", "two"]);
});

test("a kept bundle of which a file is gone is made anew", async () => {
  const { project, cache, made, maker } = await checkout();
  await keeperOf({ project, cache })(maker("one"));
  const [name = ""] = await readdir(join(cache, "bundles"));
  await rm(join(cache, "bundles", name, "main.mjs"));
  for (let run = 0; run < 2; run += 1) expect(textOf(await keeperOf({ project, cache })(maker("two")))).toBe("two");
  expect(made).toEqual(["one", "two"]);
});

test("a service that changes while it is bundled is not kept", async () => {
  const { project, cache, say, made, maker } = await checkout();
  const keep = keeperOf({ project, cache });
  await keep(async () => {
    await say("other");
    return maker("one")();
  });
  await say("first");
  expect(textOf(await keep(maker("two")))).toBe("two");
  expect(made).toEqual(["one", "two"]);
});

test("where the cache cannot be written, it is bundled each time", async () => {
  const { project, cache, made, maker } = await checkout();
  await writeFile(cache, "no folder");
  const keep = keeperOf({ project, cache });
  await keep(maker("one"));
  await keep(maker("two"));
  expect(made).toEqual(["one", "two"]);
});

test("of a bundle that could not be made nothing is kept", async () => {
  const { project, cache, maker } = await checkout();
  const keep = keeperOf({ project, cache });
  await expect(keep(() => Promise.reject(new Error("no such import")))).rejects.toThrow("no such import");
  expect(textOf(await keep(maker("one")))).toBe("one");
});

test("where npm has not installed the packages, it is bundled each time", async () => {
  const { project, cache, made, maker } = await checkout();
  await rm(join(project, "node_modules", ".package-lock.json"));
  const keep = keeperOf({ project, cache });
  await keep(maker("one"));
  await keep(maker("two"));
  expect(made).toEqual(["one", "two"]);
});

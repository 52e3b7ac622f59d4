import { chmod, mkdir, mkdtemp, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { folderDigest } from "../../../stacks/images/folder-digest.ts";
import { factsIn } from "../../../start/kept-fact.ts";

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "digest-"));
});
afterEach(() => rm(root, { recursive: true }));

type Spec = Readonly<Record<string, { text?: string; mode?: number; link?: string }>>;

/** Makes a folder and writes the files in the given order. */
async function folder(name: string, files: Spec): Promise<string> {
  for (const [path, { text = "", mode = 0o644, link }] of Object.entries(files)) {
    const target = join(root, name, path);
    await mkdir(join(target, ".."), { recursive: true });
    if (link) await symlink(link, target);
    else await writeFile(target, text).then(() => chmod(target, mode));
  }
  return join(root, name);
}

const files: Spec = { Dockerfile: { text: "FROM x" }, "app/a.js": { text: "1" }, "app/b": { link: "a.js" } };

test("the same files give the same digest, whatever their order, place and time", async () => {
  const first = await folder("first", files);
  const second = await folder("second", Object.fromEntries(Object.entries(files).reverse()));
  await utimes(join(second, "Dockerfile"), 1, 1);
  expect(await folderDigest(second)).toBe(await folderDigest(first));
  expect(await folderDigest(first)).toMatch(/^[0-9a-f]{64}$/);
});

test.each<[string, Spec]>([
  ["content", { ...files, "app/a.js": { text: "2" } }],
  ["mode", { ...files, "app/a.js": { text: "1", mode: 0o755 } }],
  ["name", { Dockerfile: { text: "FROM x" }, "app/c.js": { text: "1" }, "app/b": { link: "a.js" } }],
  ["link", { ...files, "app/b": { link: "c.js" } }],
  ["a link that becomes a file", { ...files, "app/b": { text: "a.js" } }],
  ["one file more", { ...files, "app/empty": {} }],
  ["the Dockerfile", { ...files, Dockerfile: { text: "FROM y" } }],
  ["where one file ends and the next begins", { ...files, Dockerfile: { text: "FROM " }, "app/a.js": { text: "x1" } }],
])("a change of %s changes it", async (_, changed) => {
  expect(await folderDigest(await folder("after", changed))).not.toBe(
    await folderDigest(await folder("before", files)),
  );
});

test("a kept digest is that of the folder as it is: of each change there is another one", async () => {
  const facts = factsIn(join(root, "cache"), () => Date.now() + 60_000);
  const before = await folder("kept", files);
  const digests = [await folderDigest(before, facts), await folderDigest(before, facts)];
  expect(digests).toEqual([await folderDigest(before), await folderDigest(before)]);
  // The clock of some file systems goes in ticks of up to 10 ms.
  await sleep(20);
  await writeFile(join(before, "app/a.js"), "2");
  expect(await folderDigest(before, facts)).toBe(await folderDigest(before));
  await writeFile(join(before, "app/one-more"), "");
  expect(await folderDigest(before, facts)).toBe(await folderDigest(before));
  await rm(join(before, "app/one-more"));
  expect(await folderDigest(before, facts)).toBe(await folderDigest(before));
});

import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import {
  access,
  chmod,
  cp,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join, relative } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, it } from "vitest";
import { buildContext, ModelError } from "../../service/build.ts";
import { RELEASES, type Release } from "../../service/releases.ts";
import { factsIn, type KeptFacts } from "../../start/kept-fact.ts";

const ROOT = join(import.meta.dirname, "..", "..");
let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "context-"));
});
afterEach(() => rm(dir, { recursive: true }));

/** What each file of a folder is: mode, size and hash, by path. */
async function fingerprint(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => !entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name));
  const prints = files.sort().map(async (file) => {
    const sha256 = createHash("sha256")
      .update(await readFile(file))
      .digest("hex");
    return [relative(folder, file), `${((await stat(file)).mode & 0o777).toString(8)} ${sha256}`];
  });
  return Object.fromEntries(await Promise.all(prints));
}

async function changeTimes(folder: string): Promise<number[]> {
  const names = Object.keys(await fingerprint(folder));
  return Promise.all(names.map(async (name) => (await stat(join(folder, name))).ctimeMs));
}

it("holds what the image needs and nothing else", async () => {
  await buildContext({ release: "v1", arch: "x64", outDir: join(dir, "a") });
  expect(Object.keys(await fingerprint(join(dir, "a")))).toEqual([
    "Dockerfile",
    "app/card.json",
    "app/docs/favicon-32x32.png",
    "app/docs/swagger-ui-bundle.js",
    "app/docs/swagger-ui.css",
    "app/lib/libonnxruntime.so.1",
    "app/lib/onnxruntime_binding.node",
    "app/main.mjs",
    "app/model.onnx",
    "app/server.mjs",
  ]);
  expect(await readFile(join(dir, "a", "app", "server.mjs"), "utf8")).not.toContain(ROOT);
  expect(await readdir(dir)).toEqual(["a"]);
});

it("is the same whatever else is installed: debug colours its lines where it finds supports-color", async () => {
  await access(join(ROOT, "node_modules", "supports-color", "index.js"));
  await buildContext({ release: "v1", arch: "x64", outDir: join(dir, "a") });
  const server = await readFile(join(dir, "a", "app", "server.mjs"), "utf8");
  expect(server).toContain('"supports-color"');
  expect(server).not.toContain("FORCE_COLOR");
});

it("is the same from another checkout", async () => {
  await buildContext({ release: "v2", arch: "x64", outDir: join(dir, "here") });
  const checkout = join(dir, "somewhere", "else");
  await cp(join(ROOT, "service"), join(checkout, "service"), {
    recursive: true,
    filter: (path) => path !== join(ROOT, "service", "build") && path !== join(ROOT, "service", "node_modules"),
  });
  await symlink(join(ROOT, "node_modules"), join(checkout, "node_modules"));
  await promisify(execFile)(
    process.execPath,
    [
      "--input-type=module",
      "--eval",
      `const { buildContext } = await import("./service/build.ts");
       await buildContext({ release: "v2", arch: "x64", outDir: ${JSON.stringify(join(dir, "there"))} });`,
    ],
    { cwd: checkout },
  );
  expect(await fingerprint(join(dir, "there"))).toEqual(await fingerprint(join(dir, "here")));
});

it("leaves alone what has not changed, restores what has, removes what is stale", async () => {
  const outDir = join(dir, "a");
  await buildContext({ release: "v1", arch: "x64", outDir });
  const [before, times] = [await fingerprint(outDir), await changeTimes(outDir)];
  await buildContext({ release: "v1", arch: "x64", outDir });
  expect(await changeTimes(outDir)).toEqual(times);

  await writeFile(join(outDir, "app", "card.json"), "{}");
  await chmod(join(outDir, "app", "server.mjs"), 0o600);
  await mkdir(join(outDir, "app", "old", "older"), { recursive: true });
  await writeFile(join(outDir, "app", "old", "older", "file"), "stale");
  // An equal file by a link would lead out of the context.
  await rename(join(outDir, "app", "main.mjs"), join(dir, "main.mjs"));
  await symlink(join(dir, "main.mjs"), join(outDir, "app", "main.mjs"));
  await buildContext({ release: "v1", arch: "x64", outDir });
  expect(await fingerprint(outDir)).toEqual(before);
  expect(await readdir(join(outDir, "app"))).not.toContain("old");
  expect((await lstat(join(outDir, "app", "main.mjs"))).isFile()).toBe(true);
});

it("asks for facts about unchanged files instead of reading them, and mends what differs all the same", async () => {
  const outDir = join(dir, "a");
  const asked: string[] = [];
  const kept = factsIn(join(dir, "cache"), () => Date.now() + 60_000);
  const facts: KeptFacts = (question, files, find) =>
    kept(question, files, () => {
      asked.push(basename(files[0] ?? ""));
      return find();
    });
  const build = () => buildContext({ release: "v1", arch: "x64", outDir, facts });
  await build();
  const before = await fingerprint(outDir);
  await build();
  asked.length = 0;
  await build();
  expect(asked).toEqual([]);

  await writeFile(join(outDir, "app", "lib", "libonnxruntime.so.1"), "no library");
  await build();
  expect(asked).toEqual(["libonnxruntime.so.1"]);
  expect(await fingerprint(outDir)).toEqual(before);
});

it("differs between releases by the model alone, between architectures by the library alone", async () => {
  const prints: Record<string, Record<string, string>> = {};
  for (const [release, arch] of [
    ["v1", "x64"],
    ["v2", "x64"],
    ["v1", "arm64"],
  ] as const) {
    const outDir = join(dir, `${release}-${arch}`);
    await buildContext({ release, arch, outDir });
    prints[`${release}-${arch}`] = await fingerprint(outDir);
  }
  const changed = (other: string) =>
    Object.keys(prints["v1-x64"] ?? {}).filter((name) => prints["v1-x64"]?.[name] !== prints[other]?.[name]);
  expect(changed("v2-x64")).toEqual(["app/card.json", "app/model.onnx"]);
  expect(changed("v1-arm64").map((name) => dirname(name))).toEqual(["app/lib", "app/lib"]);
});

it("may run twice at once, into a folder that holds another release", async () => {
  const outDir = join(dir, "a");
  await buildContext({ release: "v1", arch: "x64", outDir });
  await Promise.all([1, 2, 3].map(() => buildContext({ release: "v2", arch: "x64", outDir })));
  await buildContext({ release: "v2", arch: "x64", outDir: join(dir, "b") });
  expect(await fingerprint(outDir)).toEqual(await fingerprint(join(dir, "b")));
  expect(await readdir(dir)).toEqual(["a", "b"]);
});

it("takes a model of one's own instead of the release's, under the release's name", async () => {
  const modelDir = join(ROOT, "examples", "own-model", "wine");
  await buildContext({ release: "v1", arch: "x64", outDir: join(dir, "v1") });
  await buildContext({ release: "v2", arch: "x64", outDir: join(dir, "own"), modelDir });
  const [ours, own] = [await fingerprint(join(dir, "v1")), await fingerprint(join(dir, "own"))];
  expect(Object.keys(own)).toEqual(Object.keys(ours));
  expect(Object.keys(own).filter((name) => own[name] !== ours[name])).toEqual(["app/card.json", "app/model.onnx"]);
  const card = JSON.parse(await readFile(join(dir, "own", "app", "card.json"), "utf8"));
  expect(card).toEqual({ ...JSON.parse(await readFile(join(modelDir, "card.json"), "utf8")), release: "v2" });
  expect(await readFile(join(dir, "own", "app", "model.onnx"))).toEqual(await readFile(join(modelDir, "model.onnx")));
});

it("takes the release's own folder of a model, where there is one", async () => {
  const modelDir = join(dir, "models");
  await cp(join(ROOT, "examples", "own-model", "wine"), modelDir, { recursive: true });
  await cp(join(ROOT, "examples", "own-model", "breast-cancer"), join(modelDir, "v2"), { recursive: true });
  const modelOf = async (release: Release) => {
    await buildContext({ release, arch: "x64", outDir: join(dir, release), modelDir });
    return JSON.parse(await readFile(join(dir, release, "app", "card.json"), "utf8")).model;
  };
  expect([await modelOf("v1"), await modelOf("v2")]).toEqual(["wine", "breast-cancer"]);
});

it("refuses a folder without a model that can be served, and touches nothing", async () => {
  const modelDir = join(dir, "models");
  const build = () => buildContext({ release: "v1", arch: "x64", outDir: join(dir, "a"), modelDir });
  await expect(build()).rejects.toThrow(ModelError);
  await expect(build()).rejects.toThrow(/ENOENT.*models\/card\.json/);
  await mkdir(modelDir);
  await writeFile(join(modelDir, "card.json"), "{}");
  await expect(build()).rejects.toThrow(/models\/card\.json is not a model card/);
  await cp(join(ROOT, "examples", "own-model", "wine", "card.json"), join(modelDir, "card.json"));
  await expect(build()).rejects.toThrow(/ENOENT.*models\/model\.onnx/);
  expect(await readdir(dir)).toEqual(["models"]);
});

it("refuses what it cannot build and touches nothing", async () => {
  const outDir = join(dir, "a");
  await expect(buildContext({ release: "v9" as Release, arch: "x64", outDir })).rejects.toThrow(
    `Unknown release "v9"; allowed: ${RELEASES.join(", ")}.`,
  );
  await expect(buildContext({ release: "v1", arch: "amd64" as "x64", outDir })).rejects.toThrow(
    'Unknown architecture "amd64"; allowed: x64, arm64.',
  );
  expect(await readdir(dir)).toEqual([]);
});

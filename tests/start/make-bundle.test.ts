import { mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import * as sdk from "@pulumi/pulumi";
import { execa } from "execa";
import { afterAll, describe, expect, test } from "vitest";
import { folderDigest } from "../../stacks/images/folder-digest.ts";
import { makeBundle } from "../../start/make-bundle.ts";
import { FACTS, LAB, STACKS } from "../../start/programs.ts";
import { scratchFolder } from "../setup/support/scratch.ts";

const project = fileURLToPath(new URL("../..", import.meta.url));
const BUNDLING_MS = 180_000;

const scratch = await mkdtemp(join(tmpdir(), "online-inference-bundles-"));
afterAll(() => rm(scratch, { recursive: true }));

const made = new Map<string, ReturnType<typeof bundle>>();

/** The bundle of a program, which is made once for all tests. */
function bundled(program: typeof LAB): ReturnType<typeof bundle> {
  const one = made.get(program.name) ?? bundle(program);
  made.set(program.name, one);
  return one;
}

/** Bundles a program of the checkout; gives the bundle, the files that went into it, and those that came out. */
async function bundle(program: typeof LAB) {
  const folder = join(scratch, program.name);
  const { inputs, outputs } = await makeBundle({ ...program, project, folder, isCurrent: () => true });
  // What is loaded later has a module of the bundler's own in its place.
  const files = Object.keys(inputs).filter((input) => !input.startsWith("later:"));
  return { file: join(folder, `${program.name}.mjs`), inputs: files, outputs: Object.values(outputs) };
}

const isOfPackage = (input: string): boolean => input.includes("node_modules/");

describe.each([LAB, STACKS, FACTS])("a bundle of $source", { timeout: BUNDLING_MS }, (program) => {
  test("has only sources of its rooms, and no package that looks for files beside its own code", async () => {
    const { inputs } = await bundled(program);
    const own = inputs.filter((input) => !isOfPackage(input));
    expect(own).toContain(program.source);
    expect(own.filter((input) => !program.rooms.includes(input.split("/")[0] ?? ""))).toEqual([]);
    const asking: string[] = [];
    for (const input of inputs.filter(isOfPackage)) {
      // Some look first whether there is such a thing.
      const text = (await readFile(join(project, input), "utf8")).replaceAll(/\/\/.*|typeof __filename.*/g, "");
      if (/\b__dirname\b|\b__filename\b|import\.meta\.(?:url|dirname|filename)/.test(text)) asking.push(input);
    }
    expect(asking).toEqual([]);
  });

  test("has the exports of each package that it loads later, as Node.js itself gives them", async () => {
    const { outputs } = await bundled(program);
    const parts = outputs.filter(({ entryPoint = "" }) => isOfPackage(entryPoint));
    for (const { entryPoint = "", exports } of parts) {
      const real: object = await import(pathToFileURL(join(project, entryPoint)).href);
      expect(exports.toSorted(), entryPoint).toEqual(Object.keys(real).toSorted());
    }
  });
});

test("from a bundle the service's image has the same content, byte by byte", { timeout: BUNDLING_MS }, async () => {
  const { file } = await bundled({ name: "build", source: "service/build.ts", rooms: ["service"] });
  const folder = await scratchFolder();
  const build = (start: string, outDir: string) =>
    execa(
      process.execPath,
      [
        "--input-type=module",
        "--eval",
        `
      const { buildContext } = await import(${JSON.stringify(pathToFileURL(start).href)});
      await buildContext({ release: "v1", arch: "x64", outDir: ${JSON.stringify(outDir)} });`,
      ],
      { cwd: project },
    );
  await build(file, join(folder, "bundle"));
  await build(join(project, "service", "build.ts"), join(folder, "sources"));
  expect(await folderDigest(join(folder, "bundle"))).toBe(await folderDigest(join(folder, "sources")));
});

test("the lab's bundle does and says what its sources do", { timeout: BUNDLING_MS }, async () => {
  const { file } = await bundled(LAB);
  const answers = (start: string, args: readonly string[], input: string) =>
    execa(process.execPath, [start, ...args], { cwd: project, input, reject: false });
  const deployment = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "web" },
    spec: {
      replicas: 3,
      selector: { matchLabels: { app: "web" } },
      template: { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "web", image: "web:1" }] } },
    },
  };
  for (const args of [
    ["help"],
    ["observe", "rolling", "--help"],
    ["plan", "-f", "-", "--set", "image=web:2"],
    ["upp"],
  ]) {
    const [ours, theirs] = await Promise.all(
      [file, join(project, "cli", "lab.ts")].map((start) => answers(start, args, JSON.stringify(deployment))),
    );
    expect([ours?.exitCode, ours?.stdout, ours?.stderr]).toEqual([theirs?.exitCode, theirs?.stdout, theirs?.stderr]);
  }
});

test("the lab's bundle is a few dozen modules, where its sources are hundreds", { timeout: BUNDLING_MS }, async () => {
  const { file } = await bundled(LAB);
  const recorder = join(project, "tests", "fixtures", "record-modules.ts");
  const modulesOf = async (start: string) => {
    const { stdio } = await execa(process.execPath, ["--import", recorder, start, "plan", "--help"], {
      cwd: project,
      stdio: ["ignore", "pipe", "pipe", "pipe"],
    });
    return String(stdio[3]).split("\n").length;
  };
  expect(await modulesOf(file)).toBeLessThan(60);
  expect(await modulesOf(join(project, "cli", "lab.ts"))).toBeGreaterThan(500);
});

test("the program's bundle takes the very SDK that runs it", { timeout: BUNDLING_MS }, async () => {
  const { file } = await bundled(STACKS);
  const code = `
    import { RunError, runtime } from "@pulumi/pulumi";
    const { runProgram } = await import(${JSON.stringify(pathToFileURL(file).href)});
    await runtime.setMocks({ newResource: () => ({ id: "", state: {} }), call: () => ({}) }, "online-inference", "pod", false, "organization");
    runtime.setAllConfig({ "online-inference:experiment": "bluegreen" });
    await runProgram().catch((error) => console.log(RunError.isInstance(error), error.message));`;
  const env = { PULUMI_BACKEND_URL: pathToFileURL(await scratchFolder()).href };
  const { stdout } = await execa(process.execPath, ["--input-type=module", "--eval", code], { cwd: project, env });
  expect(stdout).toMatch(/^true config experiment: got "bluegreen", allowed: /);
});

test("the program's bundle loads the SDK without what serializes functions", { timeout: BUNDLING_MS }, async () => {
  const { file } = await bundled(STACKS);
  const code = `
    import { createRequire } from "node:module";
    await import(${JSON.stringify(pathToFileURL(file).href)});
    console.log(Object.keys(createRequire(import.meta.url).cache).join("\\n"));`;
  const { stdout } = await execa(process.execPath, ["--input-type=module", "--eval", code], { cwd: project });
  const loaded = stdout.split("\n");
  expect(loaded.some((path) => path.endsWith("/@pulumi/pulumi/resource.js"))).toBe(true);
  expect(loaded.filter((path) => /\/(?:@npmcli|typescript|closure|automation|dynamic)\//.test(path))).toEqual([]);
});

test("a bundle has the whole SDK all the same: the rest is loaded when it is used", {
  timeout: BUNDLING_MS,
}, async () => {
  const folder = await scratchFolder();
  await symlink(join(project, "node_modules"), join(folder, "node_modules"));
  const source = `
    import * as sdk from "@pulumi/pulumi";
    import * as runtime from "@pulumi/pulumi/runtime";
    const { text } = (await runtime.serializeFunction(() => 42)) as { text: string };
    console.log(JSON.stringify({
      names: Object.keys(sdk).concat(Object.keys(runtime)).sort(),
      same: sdk.runtime.setMocks === runtime.setMocks,
      serialized: text.includes("42"),
      later: [typeof sdk.automation.LocalWorkspace, typeof sdk.dynamic.Resource],
    }));`;
  await writeFile(join(folder, "whole.ts"), source);
  const output = join(folder, "bundle");
  await makeBundle({ name: "whole", source: "whole.ts", project: folder, folder: output, isCurrent: () => true });
  const { stdout } = await execa(process.execPath, [join(output, "whole.mjs")]);
  const names = [...Object.keys(sdk), ...Object.keys(sdk.runtime)].filter(
    (name) => !/default|module.exports/.test(name),
  );
  const { names: own, ...rest } = JSON.parse(stdout) as { names: string[] };
  expect(own.filter((name) => name !== "default")).toEqual(names.toSorted());
  expect(rest).toEqual({ same: true, serialized: true, later: ["function", "function"] });
});

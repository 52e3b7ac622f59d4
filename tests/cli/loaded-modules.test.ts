import { fileURLToPath, pathToFileURL } from "node:url";
import { execa } from "execa";
import { describe, expect, test } from "vitest";

const project = fileURLToPath(new URL("../..", import.meta.url));
const recorder = fileURLToPath(new URL("../fixtures/record-modules.ts", import.meta.url));

/** Runs Node in the checkout; gives what it prints, and the URLs of all modules that it loaded. */
async function run(args: readonly string[], input = "", options: { readonly reject?: boolean } = {}) {
  const result = await execa(process.execPath, ["--import", recorder, ...args], {
    ...options,
    cwd: project,
    input,
    stdio: ["pipe", "pipe", "pipe", "pipe"],
  });
  return { exitCode: result.exitCode, stdout: result.stdout, modules: String(result.stdio[3]).split("\n") };
}

const evaluate = (code: string) => run(["--input-type=module", "--eval", code]);

const isBundler = (url: string): boolean => url.includes("/node_modules/esbuild/");

describe("the bundler is loaded by whoever makes a bundle", () => {
  test.each([
    [
      "the service's",
      'const { bundle } = await import("./service/bundle.ts"); await bundle(process.cwd() + "/service");',
    ],
    ["the load program's", 'const { bundleLoad } = await import("./observer/load/bundle.ts"); await bundleLoad();'],
    [
      "the docker plugin's",
      'const { bundlePlugin } = await import("./setup/docker-provider/bundle.ts"); await bundlePlugin();',
    ],
  ])("%s", async (_which, code) => {
    const { modules } = await evaluate(code);
    expect(modules.some(isBundler)).toBe(true);
  });
});

describe("and by nobody else:", () => {
  test("help", async () => {
    const { stdout, modules } = await run(["cli/lab.ts", "help"]);
    expect(stdout).toContain("bin/lab observe");
    expect(modules.filter(isBundler)).toEqual([]);
  });

  test("a stack's facts", async () => {
    const { stdout, modules } = await run(
      ["cli/stack/facts-process.ts"],
      JSON.stringify({ stack: "canary", values: {}, want: "facts" }),
    );
    expect(JSON.parse(stdout)).toMatchObject({ experiment: "canary" });
    expect(modules.filter(isBundler)).toEqual([]);
  });

  test("the experiments, their config and the program until it runs", async () => {
    const { modules } = await evaluate(
      'await import("./stacks/program/run-program.ts"); await import("./policy/rules.ts");',
    );
    for (const file of ["stacks/index.ts", "stacks/program/config.ts", "stacks/images/image.ts", "service/build.ts"]) {
      expect(modules.some((url) => url.endsWith(`/${file}`))).toBe(true);
    }
    const own = modules.filter((url) => url.startsWith(pathToFileURL(project).href) && !url.includes("/node_modules/"));
    expect(
      own.filter((url) => /\/(observer|cli|setup)\//.test(url.slice(pathToFileURL(project).href.length - 1))),
    ).toEqual([]);
    expect(modules.filter(isBundler)).toEqual([]);
  });
});

describe("a command line that explains itself or is wrong loads neither a client nor Pulumi's SDK:", () => {
  test.each([
    ["up --help", 0],
    ["observe rolling --help", 0],
    ["up rolling --replicas 99", 2],
    ["observe roling", 2],
    ["compare rolling probes", 2],
    ["down roling", 2],
  ])("%s", async (args, exitCode) => {
    const { exitCode: code, modules } = await run(["cli/lab.ts", ...args.split(" ")], "", { reject: false });
    expect(code).toBe(exitCode);
    const packages = modules.flatMap((url) => /\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? []);
    expect([...new Set(packages)].filter((name) => !["typebox", "yaml"].includes(name))).toEqual([]);
  });
});

import { access, cp, mkdir, mkdtemp, readdir, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const project = fileURLToPath(new URL("../../..", import.meta.url));
/** Paths that neither an experiment nor its checks read. */
const LEFT_OUT = /^(docs\/gallery|tests\/fixtures)\//;

/** The name of the new experiment. */
const NAME = "slow-start";

/** Path of a copy of the checkout as it is now, with its packages. */
let checkout: string;

beforeAll(async () => {
  checkout = await mkdtemp(join(tmpdir(), "online-inference-checkout-"));
  const args = ["ls-files", "--cached", "--others", "--exclude-standard", "--deduplicate"];
  const { stdout } = await execa("git", args, { cwd: project });
  for (const file of stdout.split("\n").filter((path) => !LEFT_OUT.test(path))) {
    await mkdir(dirname(join(checkout, file)), { recursive: true });
    await cp(join(project, file), join(checkout, file)).catch((error: NodeJS.ErrnoException) => {
      // The file is deleted, but still in git's index.
      if (error.code !== "ENOENT") throw error;
    });
  }
  await symlink(join(project, "node_modules"), join(checkout, "node_modules"));
}, 120_000);
afterAll(() => rm(checkout, { recursive: true, force: true }));

/** The fields of vitest's JSON report that these tests read. */
type Results = {
  readonly testResults: readonly { readonly assertionResults: readonly { readonly fullName: string }[] }[];
};

const generate = (...args: readonly string[]) =>
  execa(process.execPath, ["cli/scripts/new-experiment.ts", ...args], { cwd: checkout, reject: false });

/** Runs a command as a contributor's shell does: without the environment variables of a test run. */
const run = (command: string) => {
  const [file = "", ...args] = command.split(" ");
  const own = Object.entries(process.env).filter(([name]) => !/^(VITEST|NODE_ENV|TEST|CI$)/.test(name));
  return execa(file, args, { cwd: checkout, reject: false, all: true, extendEnv: false, env: Object.fromEntries(own) });
};

describe("is refused in one line, with exit code 2 and nothing done:", () => {
  /** The texts of all files into which the generator could write. */
  async function state(): Promise<ReadonlyMap<string, string>> {
    const files = [
      ...(await readdir(checkout)),
      ...(await readdir(join(checkout, "stacks"))).map((one) => `stacks/${one}`),
    ];
    const texts = files
      .filter((file) => /\.(ts|yaml|md)$/.test(file))
      .map(async (file) => [file, await readFile(join(checkout, file), "utf8")] as const);
    return new Map(await Promise.all(texts));
  }

  test.each([
    ["no name", [], 'name: got "", allowed: at most 40 lower-case letters'],
    ["two names", ["a", "b"], "name: got a b, allowed: one name"],
    ["a pattern", ["s*"], 'name: got "s*", allowed: at most 40 lower-case letters'],
    ["an experiment", ["rolling"], "allowed: one that is not taken; Pulumi.rolling.yaml, stacks/rolling.ts is there"],
    ["a file of another room", ["capacity"], "allowed: one that is not taken; plan/capacity.ts is there"],
    ["a file beside the experiments", ["index"], "stacks/index.ts"],
  ])("%s", async (_what, args, message) => {
    const before = await state();
    const { exitCode, stdout, stderr } = await generate(...args);
    expect(stderr).toContain(message);
    expect(stderr.split("\n")).toHaveLength(1);
    expect(stdout).toBe("");
    expect(exitCode).toBe(2);
    expect(await state()).toEqual(before);
  });
});

test("a new experiment is one that the experiments' own checks accept", { timeout: 300_000 }, async () => {
  const { exitCode, stdout } = await generate(NAME);
  expect(exitCode).toBe(0);
  expect(stdout.split("\n")[0]).toBe(
    `experiment ${NAME}, NodePort 30061: stacks/${NAME}.ts, stacks/index.ts, Pulumi.${NAME}.yaml, README.md`,
  );

  const commands = [...stdout.matchAll(/^ {2}(.*)$/gm)].map(([, command = ""]) => command);
  expect(commands).toHaveLength(2);
  for (const command of commands) {
    const { exitCode: code, all } = await run(command);
    expect(code, all).toBe(0);
  }
  expect(await readFile(join(checkout, "docs/settings.md"), "utf8")).toContain(`\`30061\` in \`${NAME}\``);
  await access(join(checkout, `tests/stacks/snapshots/${NAME}.json`));

  const stacks = ["experiments", "readme", "manifests", "kept-fields", "program/register", "program/settings-page"];
  const checks = [
    ...stacks.map((name) => `tests/stacks/${name}.test.ts`),
    "tests/policy/stacks.test.ts",
    "tests/architecture.test.ts",
  ];
  const report = "--reporter json --outputFile checks.json";
  const told = await run(`npx vitest run --project unit ${report} ${checks.join(" ")}`);
  expect(told.exitCode, told.all).toBe(0);
  const { testResults } = JSON.parse(await readFile(join(checkout, "checks.json"), "utf8")) as Results;
  const passed = testResults.flatMap(({ assertionResults }) => assertionResults.map(({ fullName }) => fullName));
  expect(passed).toEqual(
    expect.arrayContaining([
      `experiment ${NAME} has a committed stack of its name`,
      `experiment ${NAME} claims something of each step but the first, each claim under an id of its own`,
      `the README lists the steps of ${NAME} as commands`,
      `stack ${NAME} declares exactly these objects`,
      `stack ${NAME} says only what the API server keeps at change`,
      `stack ${NAME} obeys every rule at change`,
    ]),
  );
  const formatted = await run("npx biome check stacks");
  expect(formatted.exitCode, formatted.all).toBe(0);

  // Every port now belongs to a stack, a measurement or a test.
  const another = await generate("another");
  expect(another.exitCode).toBe(2);
  expect(another.stderr).toMatch(/^error: NodePort: got none, allowed: 30050 to 30065, which are all taken\. .*$/);
  await expect(access(join(checkout, "stacks", "another.ts"))).rejects.toThrow("ENOENT");
});

import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { isAbsolute, join } from "node:path";
import { execa } from "execa";
import { UserError } from "../common/user-error.ts";
import type { Outside } from "../setup/machine/outside.ts";
import { allTimes, NO_TIMES, type TestTimes, type TimedResults, timesOf } from "./test-times.ts";

/** One run of a checking tool. */
export interface Suite {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  /** Folder to run in, relative to the checkout; the checkout itself if absent. */
  readonly folder?: string;
  /** A vitest run, whose own counts are taken; any other tool counts as one check. */
  readonly counts?: boolean;
  /** Variables that this suite alone needs. */
  readonly env?: Readonly<Record<string, string>>;
}

/** The suite of a vitest project, without the files that are `leftOut`. */
export const vitest = (
  project: string,
  env: Readonly<Record<string, string>> = {},
  leftOut: readonly string[] = [],
): Suite => ({
  name: project,
  command: ["vitest", "run", "--project", project, ...leftOut.flatMap((file) => ["--exclude", file])],
  counts: true,
  env,
});

/** How many checks passed and failed, and how long the tests among them took. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly times: TestTimes;
}

/** The sum of several counts. */
export const total = (counts: readonly Counts[]): Counts => ({
  passed: counts.reduce((sum, { passed }) => sum + passed, 0),
  failed: counts.reduce((sum, { failed }) => sum + failed, 0),
  times: allTimes(counts.map(({ times }) => times)),
});

/**
 * Runs lanes of suites side by side, each lane's in order. A line of output begins with its suite's name, since the lanes
 * print at the same time.
 */
export async function runLanes(
  project: string,
  lanes: readonly (readonly Suite[])[],
  env: Readonly<Record<string, string>> = {},
): Promise<Counts> {
  const lane = async (suites: readonly Suite[]) => {
    const counts: Counts[] = [];
    for (const suite of suites) counts.push(await runSuite(project, suite, env, true));
    return total(counts);
  };
  return total(await Promise.all(lanes.map(lane)));
}

/**
 * Runs a suite with its output shown as it comes, each line behind the suite's name if `named`. A run that breaks before it can
 * count is one failure.
 */
export async function runSuite(
  project: string,
  suite: Suite,
  env: Readonly<Record<string, string>> = {},
  named = false,
): Promise<Counts> {
  const scratch = await mkdtemp(join(tmpdir(), "online-inference-test-"));
  try {
    const file = join(scratch, "results.json");
    const [name, ...args] = suite.command;
    const reporters = suite.counts ? ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`] : [];
    console.log(`\n== ${suite.name}: ${suite.command.join(" ")}`);
    // Not by putting npm's folder on PATH: its `pulumi` would hide the real one from the tests.
    const program = isAbsolute(name) ? name : join(project, "node_modules", ".bin", name);
    const withName = function* (line: string) {
      yield `${suite.name} | ${line}`;
    };
    const output = named ? ([withName, "inherit"] as const) : "inherit";
    const result = await execa(program, [...args, ...reporters], {
      cwd: join(project, suite.folder ?? "."),
      env: { ...env, ...suite.env },
      stdin: "ignore",
      stdout: output,
      stderr: output,
      buffer: false,
      reject: false,
    });
    const ok = result.exitCode === 0;
    if (!suite.counts) return { passed: ok ? 1 : 0, failed: ok ? 0 : 1, times: NO_TIMES };
    return await vitestCounts(file, ok, project);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function vitestCounts(file: string, ok: boolean, project: string): Promise<Counts> {
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text === undefined) return { passed: 0, failed: 1, times: NO_TIMES };
  const results = JSON.parse(text) as TimedResults & { numPassedTests: number; numFailedTests: number };
  const { numPassedTests, numFailedTests } = results;
  // An error outside every test, such as a file that cannot be loaded, fails the run but no test.
  const failed = ok ? numFailedTests : Math.max(numFailedTests, 1);
  return { passed: numPassedTests, failed, times: timesOf(results, project) };
}

/** The variables by which a docker client reaches the daemon inside minikube: DOCKER_HOST, DOCKER_CERT_PATH and so on. */
export async function clusterDocker(
  outside: Outside,
  minikube: string,
  profile: string,
): Promise<Record<string, string>> {
  const result = await outside.run(minikube, ["docker-env", "-p", profile, "--shell", "none"], { timeoutMs: 60_000 });
  if (result.exitCode !== 0) throw new UserError(`minikube's docker cannot be reached: ${result.stderr.trim()}`);
  const lines = result.stdout.split("\n").filter((line) => line.startsWith("DOCKER_"));
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]));
}

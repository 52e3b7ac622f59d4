import { roughDuration } from "./progress.ts";

/** How long a test, or a whole file of tests, took. */
export interface TestTime {
  /** The test's full name behind its file, or the file alone; relative to the checkout. */
  readonly what: string;
  readonly ms: number;
}

/** How long the tests and the files of one or several runs took, in any order. */
export interface TestTimes {
  readonly tests: readonly TestTime[];
  readonly files: readonly TestTime[];
}

export const NO_TIMES: TestTimes = { tests: [], files: [] };

/** What vitest's JSON report says of times, in milliseconds; a test that was skipped has no duration. */
export interface TimedResults {
  readonly testResults?: readonly {
    readonly name: string;
    readonly startTime: number;
    readonly endTime: number;
    readonly assertionResults: readonly { readonly fullName: string; readonly duration?: number | null }[];
  }[];
}

/** Reads the times of a report; `project` is the folder that file names begin with. A file's time leaves its hooks out. */
export function timesOf({ testResults = [] }: TimedResults, project: string): TestTimes {
  const named = testResults.map((file) => ({ ...file, path: withoutFolder(file.name, project) }));
  return {
    files: named.map(({ path, startTime, endTime }) => ({ what: path, ms: endTime - startTime })),
    tests: named.flatMap(({ path, assertionResults }) =>
      assertionResults.map((test) => ({ what: `${path}: ${test.fullName.trim()}`, ms: test.duration ?? 0 })),
    ),
  };
}

const withoutFolder = (path: string, folder: string): string => {
  const prefix = folder.endsWith("/") ? folder : `${folder}/`;
  return path.startsWith(prefix) ? path.slice(prefix.length) : path;
};

/** The times of several runs together. */
export const allTimes = (runs: readonly TestTimes[]): TestTimes => ({
  tests: runs.flatMap(({ tests }) => tests),
  files: runs.flatMap(({ files }) => files),
});

const SHOWN = 10;

/**
 * A table of the slowest files and tests, the slowest first; empty without any. For example:
 *
 *     the slowest files, without what they prepare
 *       4 min 32 s  tests/cluster/quiet.cluster.test.ts
 *     the slowest tests
 *       36 s  tests/cluster/quiet.cluster.test.ts: a release that never gets ready
 */
export function slowestText({ tests, files }: TestTimes): string {
  const tables = [
    { title: "the slowest files, without what they prepare", times: files },
    { title: "the slowest tests", times: tests },
  ];
  return tables
    .filter(({ times }) => times.length > 0)
    .flatMap(({ title, times }) => [title, ...slowest(times)])
    .join("\n");
}

function slowest(times: readonly TestTime[]): readonly string[] {
  const shown = times.toSorted((a, b) => b.ms - a.ms).slice(0, SHOWN);
  const took = shown.map(({ ms }) => roughDuration(ms));
  const width = Math.max(...took.map((text) => text.length));
  return shown.map(({ what }, index) => `  ${took[index]?.padStart(width)}  ${what}`);
}

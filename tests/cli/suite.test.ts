import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { runLanes, runSuite, total } from "../../cli/suite.ts";
import { NO_TIMES } from "../../cli/test-times.ts";

let project: string;

/** Makes a tool of the project: a shell script in its node_modules/.bin. */
const tool = (name: string, script: string) =>
  writeFile(join(project, "node_modules/.bin", name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });

beforeEach(async () => {
  project = await mkdtemp(join(tmpdir(), "online-inference-suite-"));
  await mkdir(join(project, "node_modules/.bin"), { recursive: true });
});
afterEach(() => rm(project, { recursive: true, force: true }));

test("a tool counts as one check, by its exit code", async () => {
  await tool("good", "exit 0");
  await tool("bad", "exit 3");
  expect(await runSuite(project, { name: "good", command: ["good"] })).toEqual({
    passed: 1,
    failed: 0,
    times: NO_TIMES,
  });
  expect(await runSuite(project, { name: "bad", command: ["bad"] })).toEqual({ passed: 0, failed: 1, times: NO_TIMES });
});

test("a run that breaks before it counts is one failure, and one that fails outside its tests as well", async () => {
  await tool("broken", "exit 1");
  const results = `for arg; do case $arg in --outputFile.json=*) file=\${arg#*=};; esac; done`;
  await tool("outside", `${results}; echo '{"numPassedTests":4,"numFailedTests":0}' >"$file"; exit 1`);
  expect(await runSuite(project, { name: "broken", command: ["broken"], counts: true })).toEqual({
    passed: 0,
    failed: 1,
    times: NO_TIMES,
  });
  expect(await runSuite(project, { name: "outside", command: ["outside"], counts: true })).toEqual({
    passed: 4,
    failed: 1,
    times: NO_TIMES,
  });
});

test("lanes run side by side, a lane's suites in their order, and a suite's own variables reach it alone", async () => {
  // The first lane's first suite waits for the second lane's: in a row it would never end.
  await tool("waits", 'while [ ! -e there ]; do sleep 0.05; done; [ "$SHARED" = yes ] && [ -z "$OWN" ]');
  await tool("makes", '[ "$OWN" = yes ] && [ "$SHARED" = yes ] && touch there');
  await tool("after", "[ -e there ]");
  const counts = await runLanes(
    project,
    [
      [
        { name: "waits", command: ["waits"] },
        { name: "after", command: ["after"] },
      ],
      [{ name: "makes", command: ["makes"], env: { OWN: "yes" } }],
    ],
    { SHARED: "yes" },
  );
  expect(counts).toMatchObject({ passed: 3, failed: 0 });
});

test("counts and times add up", () => {
  const times = (ms: number) => ({ tests: [{ what: "a test", ms }], files: [] });
  expect(
    total([
      { passed: 1, failed: 2, times: times(5) },
      { passed: 3, failed: 4, times: times(6) },
    ]),
  ).toEqual({
    passed: 4,
    failed: 6,
    times: {
      tests: [
        { what: "a test", ms: 5 },
        { what: "a test", ms: 6 },
      ],
      files: [],
    },
  });
});

test("a run of tests says how long each of them took", async () => {
  const results = {
    numPassedTests: 1,
    numFailedTests: 0,
    testResults: [
      {
        name: `${project}/a.test.ts`,
        startTime: 0,
        endTime: 7,
        assertionResults: [{ fullName: "waits", duration: 6 }],
      },
    ],
  };
  const file = `for arg; do case $arg in --outputFile.json=*) file=\${arg#*=};; esac; done`;
  await tool("timed", `${file}; echo '${JSON.stringify(results)}' >"$file"`);
  expect(await runSuite(project, { name: "timed", command: ["timed"], counts: true })).toEqual({
    passed: 1,
    failed: 0,
    times: { tests: [{ what: "a.test.ts: waits", ms: 6 }], files: [{ what: "a.test.ts", ms: 7 }] },
  });
});

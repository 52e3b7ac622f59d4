import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { faultsOf, filesIn, staleTwins } from "./support/architecture.ts";

const project = fileURLToPath(new URL("..", import.meta.url));

test("the house is in order", async () => {
  expect(await faultsOf(project)).toEqual([]);
});

test("the list of twin names allows no more than there are", async () => {
  expect(staleTwins(await filesIn(project))).toEqual([]);
});

describe("a planted fault is found:", () => {
  let house: string;

  beforeEach(async () => {
    house = await mkdtemp(join(tmpdir(), "online-inference-house-"));
    await symlink(join(project, "node_modules"), join(house, "node_modules"));
  });
  afterEach(() => rm(house, { recursive: true, force: true }));

  const faults = async (files: Readonly<Record<string, string>>): Promise<string[]> => {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(house, path)), { recursive: true });
      await writeFile(join(house, path), text);
    }
    return faultsOf(house);
  };
  const lines = (number: number) => "export {};\n".repeat(number);

  test("nothing in a house without one", async () => {
    const files = {
      "observer/a.ts": 'import { request } from "undici";\nimport { readFile } from "node:fs/promises";\n',
      "kubernetes/pods.ts": 'import type { V1Pod } from "@kubernetes/client-node";\n',
      "plan/deployment.ts": 'import { isReady } from "../kubernetes/pods.ts";\nexport const plan = isReady;\n',
      "observer/verdicts/hypotheses/index.ts": "export type Hypothesis = string;\n",
      "stacks/rolling.ts": 'import type { Hypothesis } from "../observer/verdicts/hypotheses/index.ts";\n',
    };
    expect(await faults(files)).toEqual([]);
  });

  test.each([
    ["plan", "stacks", "import { pod } from"],
    ["plan", "stacks", "import type { pod } from"],
    ["plan", "stacks", "export { pod } from"],
    ["kubernetes", "plan", "import { pod } from"],
    ["service/src", "setup", "import { pod } from"],
    ["observer/watch", "cli", "import { pod } from"],
    ["setup", "observer", "import type { pod } from"],
    ["observer/course", "observer/verdicts", "import type { pod } from"],
    ["setup/machine", "setup/tools", "import { pod } from"],
  ])("%s imports %s: %s", async (from, to, words) => {
    const up = "../".repeat(from.split("/").length);
    const files = { [`${from}/a.ts`]: `${words} "${up}${to}/b.ts";\n`, [`${to}/b.ts`]: "export const pod = 1;\n" };
    const room = from === "service/src" || from === "observer/watch" ? from.split("/")[0] : from;
    expect(await faults(files)).toEqual([`${from}/a.ts imports ${to}/b.ts: ${room} may not`]);
  });

  test("the program imports a hypothesis at run time", async () => {
    const files = {
      "stacks/a.ts": 'import { pod } from "../observer/verdicts/hypotheses/index.ts";\n',
      "observer/verdicts/hypotheses/index.ts": "export const pod = 1;\n",
    };
    expect(await faults(files)).toEqual([
      "stacks/a.ts imports observer/verdicts/hypotheses/index.ts: stacks at run time may not",
    ]);
  });

  test.each([
    ["lab/a.ts", "lies in no room"],
    ["main.mts", "lies in no room"],
    ["docs/a.js", "lies in no room"],
  ])("%s %s", async (file, fault) => {
    expect(await faults({ [file]: "export {};\n" })).toEqual([`${file} ${fault}`]);
  });

  test.each([".mjs", ".js", ".mts", ".tsx"])("an import in a file with the ending %s", async (ending) => {
    const files = { [`plan/a${ending}`]: 'import "../stacks/b.ts";\n', "stacks/b.ts": "export {};\n" };
    expect(await faults(files)).toEqual([`plan/a${ending} imports stacks/b.ts: plan may not`]);
  });

  test.each(["plan/build/a.ts", "plan/reports/a.ts", "plan/a.config.ts", "plan/my-node_modules/a.ts"])(
    "an import in %s",
    async (file) => {
      const up = "../".repeat(file.split("/").length - 1);
      const files = { [file]: `import "${up}stacks/b.ts";\n`, "stacks/b.ts": "export {};\n" };
      expect(await faults(files)).toEqual([`${file} imports stacks/b.ts: plan may not`]);
    },
  );

  test.each([
    ["observer/clock.ts", "observer/report/b.ts", "a file of observer/ itself"],
    ["cli/progress.ts", "cli/commands/b.ts", "a file of cli/ itself"],
    ["cli/commands/a.ts", "cli/lab.ts", "a room of cli/"],
    ["stacks/images/a.ts", "stacks/rolling.ts", "a room of stacks/"],
    ["stacks/images/a.ts", "stacks/program/b.ts", "stacks/images"],
    ["setup/machine/a.ts", "setup/prepare.ts", "a room of setup/"],
  ])("%s imports %s", async (from, to, who) => {
    const path = relative(dirname(from), to);
    const files = { [from]: `import "${path.startsWith(".") ? path : `./${path}`}";\n`, [to]: "export {};\n" };
    expect(await faults(files)).toEqual([`${from} imports ${to}: ${who} may not`]);
  });

  test.each([
    'import "./gone.ts";\n',
    'import { readFile } from "node:fs/promises";\n',
    'import { Agent } from "undici";\n',
  ])("a pure room imports what it must not: %s", async (text) => {
    const [fault, ...others] = await faults({ "plan/a.ts": text });
    expect(fault).toMatch(/^plan\/a\.ts imports \S+: .* may not$/);
    expect(others.length).toBeLessThan(2);
  });

  test("a circle, though of types alone", async () => {
    const files = {
      "plan/a.ts": 'import type { B } from "./b.ts";\nexport type A = B;\n',
      "plan/b.ts": 'import type { C } from "./c.ts";\nexport type B = C;\n',
      "plan/c.ts": 'import type { A } from "./a.ts";\nexport type C = A;\n',
    };
    expect((await faults(files))[0]).toMatch(/^circle: plan\/a\.ts -> plan\/b\.ts -> plan\/c\.ts -> plan\/a\.ts$/);
  });

  test("a file of too many lines, outside tests", async () => {
    const files = { "plan/long.ts": lines(301), "plan/fits.ts": lines(300), "tests/long.test.ts": lines(400) };
    expect(await faults(files)).toEqual(["plan/long.ts has 301 lines, allowed: 300"]);
  });

  test("a folder of too many files", async () => {
    const files = Object.fromEntries(Array.from({ length: 26 }, (_, index) => [`plan/file-${index}.ts`, lines(1)]));
    expect(await faults(files)).toEqual(["plan holds 26 files, allowed: 25"]);
  });

  test("a new name that is there already", async () => {
    const files = {
      "plan/simulation.ts": lines(1),
      "observer/simulation.ts": lines(1),
      "observer/doctor.ts": lines(1),
    };
    expect(await faults(files)).toEqual([
      "simulation.ts is there more than once: observer/simulation.ts, plan/simulation.ts",
    ]);
  });
});

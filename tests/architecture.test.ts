import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { faultsOf, filesIn, widowedTwins } from "./support/architecture.ts";

const project = fileURLToPath(new URL("..", import.meta.url));

test("the house is in order", async () => {
  expect(await faultsOf(project)).toEqual([]);
});

test("the list of twin names holds no name that is there only once", async () => {
  expect(widowedTwins(await filesIn(project))).toEqual([]);
});

describe("a planted fault is found:", () => {
  let house: string;

  beforeEach(async () => {
    house = await mkdtemp(join(tmpdir(), "online-inference-house-"));
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
      "kubernetes/pods.ts": 'import { request } from "undici";\nimport { readFile } from "node:fs/promises";\n',
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
    const files = { "plan/simulation.ts": lines(1), "observer/simulation.ts": lines(1), "observer/pods.ts": lines(1) };
    expect(await faults(files)).toEqual([
      "simulation.ts is there more than once: observer/simulation.ts, plan/simulation.ts",
    ]);
  });
});

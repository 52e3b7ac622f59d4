import { readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { readRecording } from "../../observer/recording/reader.ts";
import { CONSTRUCTIONS } from "./constructions.ts";
import { agrees } from "./own-words.ts";
import { weigh } from "./weigh.ts";

const folder = fileURLToPath(new URL("../fixtures/causes", import.meta.url));
const recorded = (await readdir(folder))
  .filter((name) => name.endsWith(".ndjson"))
  .map((name) => basename(name, ".ndjson"));

test("every construction is recorded", () => {
  expect(recorded.toSorted()).toEqual(CONSTRUCTIONS.map(({ name }) => name).toSorted());
});

test.each(CONSTRUCTIONS)("the recording of $name has no cause that was not constructed", async (construction) => {
  const recording = await readRecording(join(folder, `${construction.name}.ndjson`));
  expect(weigh(construction, recording, []).faults).toEqual([]);
});

test("a pod of the construction before, whose address the node still keeps, is no fault of the one that meets it", async () => {
  const recording = await readRecording(join(folder, "load-stopped.ndjson"));
  const construction = CONSTRUCTIONS.find(({ name }) => name === "load-stopped");
  if (!construction) throw new Error("no load-stopped");
  expect(weigh(construction, recording, [])).toMatchObject({ failed: 23, right: 23, leftBefore: 1, unexplained: 0 });
});

test("a recording is held against what was constructed: another construction's causes are told as faults", async () => {
  const recording = await readRecording(join(folder, "no-wait.ndjson"));
  const other = CONSTRUCTIONS.find(({ name }) => name === "leak");
  if (!other) throw new Error("no leak");
  const { faults } = weigh(other, recording, []);
  expect(faults).toContain("no request failed by container-ended");
  expect(faults.join()).toContain("have a cause that they cannot have");
});

describe("a pod's own words", () => {
  const line = (what: string, wallMs: number) => ({ pod: "a", what, wallMs, underWay: 0 });
  const at = (sentMs: number) => ({ sentMs, failedMs: sentMs + 1 });

  test("agree with a refusal only after it closed its port", () => {
    const lines = [line("listens", 1_000), line("was asked to stop", 9_990), line("closed its port", 10_000)];
    const refused = { cause: "port-closed", pod: "a" } as const;
    expect(agrees(refused, at(10_400), lines)).toBe(true);
    expect(agrees(refused, at(9_200), lines)).toBe(false);
    expect(agrees({ cause: "port-closed", pod: "b" }, at(10_400), lines)).toBeUndefined();
  });

  test("agree with a cut in flight only where it did not live to say that it ends", () => {
    const cut = { cause: "cut-in-flight", pod: "a" } as const;
    expect(agrees(cut, at(14_000), [line("was asked to stop", 10_000)])).toBe(true);
    expect(agrees(cut, at(14_000), [line("was asked to stop", 10_000), line("ends", 13_000)])).toBe(false);
  });

  test("agree with Ready too early only before it listens", () => {
    const early = { cause: "ready-too-early", pod: "a" } as const;
    expect(agrees(early, at(3_000), [line("listens", 4_000)])).toBe(true);
    expect(agrees(early, at(5_000), [line("listens", 4_000)])).toBe(false);
  });
});

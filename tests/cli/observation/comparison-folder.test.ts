import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { keepRuns, newComparison, unfinishedComparison } from "../../../cli/observation/comparison-folder.ts";
import { scratchFolder } from "../../setup/support/scratch.ts";

const order = {
  strategies: ["rolling", "canary"],
  repeat: 5,
  settings: { replicas: "4" },
  releases: { v1: "v1", v2: "v2" },
  ratePerSecond: 100,
  atMostShare: 0.01,
  observeAtLeastMs: 2_000,
  lab: "0.1.0+24c5607d1c2a",
  sources: "0123456789abcdef-fedcba9876543210",
};
const run = { round: 1, strategy: "canary", isControl: false, folder: "reports/canary/2026-03-14T09-30-00Z" };
const nowMs = Date.UTC(2026, 2, 14, 9, 30);

let reports: string;

beforeEach(async () => {
  reports = await scratchFolder();
});

/** Writes down a comparison with one run that was interrupted at `atMs`. */
async function interrupted(atMs: number, facts: object = {}) {
  const { folder, kept } = newComparison(reports, order, { seed: 7, nowMs: atMs });
  const comparison = { folder, kept: { ...kept, runs: [run], ...facts } };
  await keepRuns(comparison);
  return comparison;
}

const found = (asked: object = {}, seed?: number, atMs = nowMs + 60_000) =>
  unfinishedComparison(reports, { ...order, ...asked }, { seed, nowMs: atMs });

describe("an interrupted comparison", () => {
  test("is found by the same order, with what is done", async () => {
    expect(await found()).toBeUndefined();
    const comparison = await interrupted(nowMs);
    expect(comparison.folder).toBe(join(reports, "2026-03-14T09-30-00Z"));
    expect(await found()).toEqual(comparison);
    expect(await found({}, 7)).toEqual(comparison);
    expect(await readdir(comparison.folder)).toEqual(["runs.json"]);
  });

  test.each([
    ["another number of rounds", { repeat: 6 }],
    ["another setting", { settings: {} }],
    ["the strategies in another order, of which another one is the control", { strategies: ["canary", "rolling"] }],
    ["load from elsewhere", { loadFrom: "cluster" }],
    ["another version of the lab", { lab: "0.1.0+24c5607d1c2a.dirty" }],
    ["sources that were edited since", { sources: "0123456789abcdee-fedcba9876543210" }],
  ])("is another one for %s", async (_, asked) => {
    await interrupted(nowMs);
    expect(await found(asked)).toBeUndefined();
  });

  test("is left alone for another seed, and after a day", async () => {
    await interrupted(nowMs);
    expect(await found({}, 8)).toBeUndefined();
    expect(await found({}, 7, nowMs + 25 * 3_600_000)).toBeUndefined();
  });

  test("is over once it is complete, and none where no run was done", async () => {
    await interrupted(nowMs, { isComplete: true });
    await interrupted(nowMs + 1_000, { runs: [] });
    expect(await found()).toBeUndefined();
  });

  test("is the newest of several; a damaged file is none", async () => {
    await interrupted(nowMs);
    const newer = await interrupted(nowMs + 5_000);
    const damaged = await interrupted(nowMs + 9_000);
    await writeFile(join(damaged.folder, "runs.json"), "{");
    expect(await found()).toEqual(newer);
  });
});

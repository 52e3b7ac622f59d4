import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { commandContext } from "../../cli/command.ts";
import { ensureControllers } from "../../setup/prepare.ts";
import { disagreementText } from "./as-test.ts";
import { startCanary } from "./canary.ts";
import { type ControlPlane, startControlPlane } from "./control-plane.ts";
import { hold } from "./hold.ts";
import { isOutside, resultOf } from "./record.ts";
import { tableOf, totals } from "./table.ts";
import { watchAll } from "./watched.ts";

const CASES = 50;
/** Cases that say nothing, because the watch was late on a busy machine, are tried again; so many may still say nothing. */
const MOST_SILENT = 5;

let folder: string;
let plane: ControlPlane;
const watching = new AbortController();

beforeAll(async () => {
  const { outside, paths, report } = commandContext();
  folder = await mkdtemp(join(tmpdir(), "online-inference-conformance-"));
  plane = await startControlPlane(await ensureControllers(outside, paths, report), folder);
});

afterAll(async () => {
  watching.abort();
  await plane?.stop();
  await rm(folder, { recursive: true, force: true });
});

test("what the controllers do to pods is within the plans of fifty random changes", async () => {
  const watched = await watchAll(plane.config, watching.signal);
  const canary = await startCanary(plane.config, watched, watching.signal);
  const lab = { config: plane.config, watched, canary, signal: watching.signal };
  const order = { cases: CASES, seed: 50, parallel: 25, file: join(folder, "kept.jsonl"), shrink: false };
  const { records } = await hold(lab, order, () => {});
  const results = records.map((record) => ({ record, result: resultOf(record) }));
  const outside = results.filter(({ result }) => isOutside(result));
  console.log(tableOf(results.map(({ result }) => result)));
  expect(outside.map(({ record, result }) => disagreementText(record, result))).toEqual([]);
  expect(records.length).toBeGreaterThanOrEqual(CASES - MOST_SILENT);
  expect(totals(results.map(({ result }) => result)).tight).toBeGreaterThanOrEqual(0.95);
});

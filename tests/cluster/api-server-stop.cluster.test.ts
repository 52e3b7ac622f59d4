import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test, vi } from "vitest";
import { RECORDING_FILE, readRecording } from "../../observer/recording/reader.ts";
import { verdictsOf } from "../observer/support/facts-of.ts";
import { whileApiServerStandsStill } from "./support/api-server.ts";
import { lab, project } from "./support/lab.ts";

const reports = join(project, "reports", "pod");
const STOPPED_MS = 20_000;
/** Two processes read the host's clock and the recording's clock, so they may differ by this much. */
const CLOCKS_APART_MS = 250;
/** Hypotheses that only the watches of the API server can decide. */
const REST_ON_WATCHES = ["ready", "local-image"];

const folders = () => readdir(reports).catch((): string[] => []);

test("an API server that stands still for a while leaves a gap, and nothing that rests on it is held", async () => {
  const before = await folders();
  const observation = lab("observe", "pod", "--yes", "--rate", "20", "--duration", "10");
  const begun = vi.waitFor(
    async () => {
      const name = (await folders()).find((one) => !before.includes(one));
      const events = await readFile(join(reports, name ?? "", RECORDING_FILE), "utf8");
      expect(events).toContain('"type":"load-started"');
      return join(reports, name ?? "");
    },
    { timeout: 240_000, interval: 200 },
  );
  const early = observation.then(({ all }) => {
    throw new Error(`the observation ended before there was load: ${all}`);
  });
  const folder = await Promise.race([begun, early]);

  const { fromMs, untilMs } = await whileApiServerStandsStill(async () => {
    const stoppedMs = Date.now();
    await sleep(STOPPED_MS);
    return { fromMs: stoppedMs, untilMs: Date.now() };
  });

  const { exitCode, all } = await observation;
  expect(exitCode, all).toBe(2);
  const recording = await readRecording(folder);
  const { startedWallMs } = recording.header;
  for (const source of ["pods", "owners", "endpoints", "kubernetes-events"] as const) {
    const gaps = recording.events.filter((event) => event.type === "gap").filter((gap) => gap.source === source);
    const covering = gaps.filter(
      (gap) =>
        startedWallMs + gap.fromMs <= fromMs + CLOCKS_APART_MS &&
        startedWallMs + gap.untilMs >= untilMs - CLOCKS_APART_MS,
    );
    expect(covering, `${source}: ${JSON.stringify(gaps)}`).not.toEqual([]);
  }
  const verdicts = new Map(verdictsOf(recording).map((verdict) => [verdict.hypothesis, verdict]));
  for (const id of REST_ON_WATCHES) expect(verdicts.get(id)).toMatchObject({ outcome: "inconclusive" });
  // What rests on answers alone may be left open by a busy machine, but not by this gap.
  const sameAnswer = verdicts.get("same-answer");
  expect(sameAnswer?.outcome, sameAnswer?.sentence).not.toBe("refuted");
  expect(sameAnswer?.sentence).toMatch(/^All [\d,]+ answers .* equal the model's own/);
  expect(sameAnswer?.sentence).not.toMatch(/the watch of/);
});

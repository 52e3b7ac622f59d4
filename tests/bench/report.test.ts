import { expect, it } from "vitest";
import { chartSvg } from "../../bench/chart.ts";
import { verdicts } from "../../bench/goals.ts";
import { cycleRatios } from "../../bench/ratios.ts";
import { markdown } from "../../bench/table.ts";
import { resultsOf } from "./results.ts";

const verdictOf = (results: Parameters<typeof verdicts>[0], goal: RegExp) =>
  verdicts(results).find((verdict) => goal.test(verdict.goal));

it("decides each goal by its bound, which is itself enough", () => {
  const results = resultsOf({
    ours: { single: 2_000 },
    "fastapi-sklearn": { single: 100 },
    "fastapi-onnx": { single: 251 },
  });
  expect(verdictOf(results, /^single row.*scikit-learn/)).toMatchObject({ figure: 20, byCpu: 20, verdict: "met" });
  expect(verdictOf(results, /^single row.*ONNX Runtime/)).toMatchObject({ bound: ">= 8x", verdict: "missed" });
});

it("wants some figures small", () => {
  const results = resultsOf({
    ours: { startMs: 100, memoryBytes: 130, sizeBytes: 80, p99Ms: 3 },
    "fastapi-onnx": { startMs: 200, memoryBytes: 100, sizeBytes: 100, p99Ms: 9 },
  });
  expect(verdictOf(results, /^start/)).toMatchObject({ figure: 0.5, verdict: "met" });
  expect(verdictOf(results, /^memory/)).toMatchObject({ figure: 1.3, verdict: "missed" });
  expect(verdictOf(results, /^installed size against FastAPI \+ ONNX/)).toMatchObject({ figure: 0.8, verdict: "met" });
  expect(verdictOf(results, /^p99.*FastAPI/)).toMatchObject({ verdict: "missed" });
});

it("calls what was not measured just that", () => {
  const all = verdicts(resultsOf({ ours: { single: 1 } }));
  expect(all).toHaveLength(21);
  expect(new Set(all.map(({ verdict }) => verdict))).toEqual(new Set(["not measured"]));
});

it("compares Node.js servers cycle by cycle", () => {
  const { samples, ...rest } = resultsOf({ ours: { single: 100 }, "node-http": { single: 200 } }, 3);
  // In one round both servers get only a tenth of the machine.
  const disturbed = samples.map((sample) =>
    sample.round === 2 ? { ...sample, perSecond: sample.perSecond / 10 } : sample,
  );
  const theirs = { peer: "node-http", load: "single" } as const;
  const ratios = cycleRatios({ ...rest, samples: disturbed }, { peer: "ours", load: "single" }, theirs);
  expect(ratios?.throughput).toMatchObject({ median: 0.5, least: 0.5, most: 0.5, count: 3 });
});

it("writes every server and goal, and why one is missing", () => {
  const results = resultsOf({ ours: { single: 12_345, batch: 678, binary: 999 }, bentoml: {} });
  const peers = results.peers.map((peer) =>
    peer.name === "bentoml" ? { ...peer, missing: "cannot be installed: a | b" } : peer,
  );
  const text = markdown({ ...results, peers });
  expect(text).toContain("| ours | 12,345 (12,345–12,345) | 81 (81–81) |");
  expect(text).toContain("| bentoml | not measured: cannot be installed: a / b |");
  expect(text).toContain("| online-inference, binary tensor |  |  | 999 (999–999) |");
  expect(text.match(/not measured \|/g)?.length).toBe(20);
});

it("draws a bar for every figure that there is", () => {
  const svg = chartSvg(resultsOf({ ours: { single: 12_345, batch: 678, binary: 999 }, bentoml: { single: 500 } }));
  expect(svg).toMatch(/^<svg [^>]*xmlns="http:\/\/www.w3.org\/2000\/svg"/);
  for (const text of ["12,345", "678", "999", "500"]) expect(svg).toContain(`>${text}</text>`);
});

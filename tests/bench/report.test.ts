import { expect, it } from "vitest";
import { BASELINE } from "../../bench/baseline.ts";
import { chartSvg } from "../../bench/report/chart.ts";
import { shown, verdicts } from "../../bench/report/goals.ts";
import { cycleRatios, p99AboveNotFound } from "../../bench/report/ratios.ts";
import { markdown } from "../../bench/report/table.ts";
import { resultsOf } from "./results.ts";

const verdictOf = (results: Parameters<typeof verdicts>[0], goal: RegExp) =>
  verdicts(results).find((verdict) => goal.test(verdict.goal));

it("decides each goal by CPU time and its bound, which is itself enough", () => {
  const { samples, ...rest } = resultsOf({
    ours: { single: 5_000 },
    "fastapi-sklearn": { single: 100 },
    "fastapi-onnx": { single: 1_112 },
  });
  // Other work of the machine takes half of our answers per second, and nothing of what they cost.
  const disturbed = samples.map((sample) => (sample.peer === "ours" ? { ...sample, perSecond: 2_500 } : sample));
  const results = { ...rest, samples: disturbed };
  expect(verdictOf(results, /^single row.*scikit-learn/)).toMatchObject({ figure: 50, byRate: 25, verdict: "met" });
  expect(verdictOf(results, /^single row.*ONNX Runtime/)).toMatchObject({ bound: ">= 4.5x", verdict: "missed" });
});

it("decides against the service of the commit of comparison by the median of the cycles", () => {
  const results = resultsOf({
    ours: { single: 125, batch: 129, binary: 160 },
    baseline: { single: 100, batch: 100, binary: 100 },
  });
  const against = verdicts(results).filter(({ goal }) => goal.includes(BASELINE));
  expect(against.map(({ bound, verdict }) => [bound, verdict])).toEqual([
    [">= 1.25x", "met"],
    [">= 1.3x", "missed"],
    [">= 1.6x", "met"],
  ]);
  expect(against[0]?.range).toEqual([1.25, 1.25]);
});

it("wants some figures small, and decides memory by PSS", () => {
  const results = resultsOf({
    ours: { startMs: 100, pssBytes: 131, rssBytes: 100, sizeBytes: 80, p99Ms: 5 },
    "fastapi-onnx": { startMs: 200, pssBytes: 100, rssBytes: 100, sizeBytes: 100, p99Ms: 9 },
  });
  expect(verdictOf(results, /^start/)).toMatchObject({ figure: 0.5, verdict: "met" });
  expect(verdictOf(results, /^memory/)).toMatchObject({ figure: 1.31, verdict: "missed" });
  expect(verdictOf(results, /^size against FastAPI \+ ONNX/)).toMatchObject({ figure: 0.8, verdict: "met" });
  expect(verdictOf(results, /^p99.*FastAPI/)).toMatchObject({ verdict: "missed" });
  expect(shown(results).find(({ goal }) => goal.includes("RSS"))).toMatchObject({ figure: 1, verdict: "no bound" });
});

it("calls what was not measured just that", () => {
  const all = verdicts(resultsOf({ ours: { single: 1 } }));
  expect(all).toHaveLength(14);
  expect(new Set(all.map(({ verdict }) => verdict))).toEqual(new Set(["not measured"]));
});

it("shows bare servers with the processor's name and without a bound", () => {
  const results = resultsOf({ ours: { single: 65 }, "node-http": { single: 100 } });
  expect(verdicts(results).some(({ goal }) => /node:http|constant/.test(goal))).toBe(false);
  const text = markdown(results);
  expect(text).toContain("On 2 x test:");
  expect(text).toContain("| single row against bare node:http | 0.65x (0.65–0.65) | 0.65x |");
});

it("takes the p99 of a server's own 404 in the same round off its p99", () => {
  const results = resultsOf({ ours: { p99Ms: 1.5, notFoundP99Ms: 0.5 }, bentoml: { p99Ms: 2 } });
  expect(p99AboveNotFound(results, "ours")).toMatchObject({ median: 1, count: 2 });
  expect(p99AboveNotFound(results, "bentoml")).toBeUndefined();
  expect(markdown(results)).toContain("| ours | 0.75 (0.75–0.75) | 1.50 (1.50–1.50) | 1.00 (1.00–1.00) |");
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
  expect(text).toContain("| ours, binary tensor |  |  | 999 (999–999) |");
  expect(text.match(/not measured \|/g)?.length).toBe(14);
});

it("draws a bar for every figure that there is", () => {
  const svg = chartSvg(resultsOf({ ours: { single: 12_345, batch: 678, binary: 999 }, bentoml: { single: 500 } }));
  expect(svg).toMatch(/^<svg [^>]*xmlns="http:\/\/www.w3.org\/2000\/svg"/);
  for (const text of ["12,345", "678", "999", "500"]) expect(svg).toContain(`>${text}</text>`);
});

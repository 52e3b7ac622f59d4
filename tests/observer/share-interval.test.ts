import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { requestsToExclude, shareInterval } from "../../observer/share-interval.ts";

describe("the interval of a share", () => {
  it("is that of the worked examples", () => {
    expect(shareInterval({ failures: 0, requests: 3602 }, 0.95).most).toBeCloseTo(0.000831, 6);
    const { least, most } = shareInterval({ failures: 14, requests: 2500 }, 0.95);
    expect([least, most].map((bound) => (bound * 100).toFixed(2))).toEqual(["0.34", "0.87"]);
  });

  it.each([
    ["nothing is known without requests", { failures: 0, requests: 0 }, [0, 1]],
    ["one of one failed", { failures: 1, requests: 1 }, [0.05, 1]],
    ["none of one failed", { failures: 0, requests: 1 }, [0, 0.95]],
  ] as const)("has its ends where %s", (_, counted, [least, most]) => {
    const interval = shareInterval(counted, 0.95);
    expect(interval.least).toBeCloseTo(least, 9);
    expect(interval.most).toBeCloseTo(most, 9);
  });

  it("puts no more than 5 % of the binomial distribution beyond a bound", () => {
    const failures = fc.integer({ min: 0, max: 30 });
    const more = fc.integer({ min: 1, max: 300 });
    fc.assert(
      fc.property(failures, more, (failed, succeeded) => {
        const requests = failed + succeeded;
        const { least, most } = shareInterval({ failures: failed, requests }, 0.95);
        expect(atMost(failed, requests, most)).toBeCloseTo(0.05, 6);
        if (failed > 0) expect(1 - atMost(failed - 1, requests, least)).toBeCloseTo(0.05, 6);
      }),
      { numRuns: 200, seed: 15 },
    );
  });
});

/** The probability of at most `failures` failures of `requests`, added up term by term. */
function atMost(failures: number, requests: number, share: number): number {
  let term = (1 - share) ** requests;
  let sum = term;
  for (let failed = 1; failed <= failures; failed += 1) {
    term *= (((requests - failed + 1) / failed) * share) / (1 - share);
    sum += term;
  }
  return sum;
}

describe("the requests that exclude a share", () => {
  it.each([
    [0.01, 0, 299],
    [0.001, 0, 2995],
    [0.01, 1, 473],
    [0.5, 0, 5],
  ])("%d with %i failures: %i", (share, failures, requests) => {
    expect(requestsToExclude(share, 0.95, failures)).toBe(requests);
  });

  it("are none for a share that nothing exceeds, and infinitely many for 0", () => {
    expect(requestsToExclude(1, 0.95)).toBe(0);
    expect(requestsToExclude(0, 0.95)).toBe(Number.POSITIVE_INFINITY);
  });
});

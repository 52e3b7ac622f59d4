import { expect, test } from "vitest";
import { causeSpans } from "../../../observer/report/chart/cause-spans.ts";
import { causes, endpoints, going, pod, request, told } from "../support/cause-scene.ts";

test("failures of one cause in a row are one span, with the letter of the page", () => {
  const found = causes(
    told([
      [0, pod("a")],
      [0, endpoints([])],
      ...[10_000, 11_000, 12_000, 50_000].map((sentMs) => request(sentMs, 1, { error: "ECONNREFUSED" })),
      request(55_000, 1, { status: 503, retryAfterSeconds: 1 }),
      [100_000, going("a", 99_000)],
    ]),
  );
  expect(causeSpans(found, 100_000)).toEqual([
    { letter: "A", title: "no endpoint", count: 3, fromMs: 10_000, untilMs: 12_000 },
    { letter: "A", title: "no endpoint", count: 1, fromMs: 50_000, untilMs: 50_000 },
    { letter: "B", title: "overload", count: 1, fromMs: 55_000, untilMs: 55_000 },
  ]);
});

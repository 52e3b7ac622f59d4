import { expect, test } from "vitest";
import type { Event } from "../../../observer/events.ts";
import { starvedSpansOf } from "../../../observer/report/starved-spans.ts";

/** A sample of 2 s that ends at `atMs`, in which others took so many of two cores. */
const sample = (id: number, atMs: number, others: number): Event => ({
  id,
  atMs,
  wallMs: atMs,
  type: "machine",
  overMs: 2_000,
  cores: 2,
  busyCores: 2,
  owners: { stack: 0.1, cluster: 0.1, observer: 0.1, others },
  timersLateMs: 1,
});

test("starved samples that follow each other are one span", () => {
  const events = [sample(1, 2_000, 0.2), sample(2, 4_010, 1.8), sample(3, 6_020, 1.7), sample(4, 8_030, 0.2)];
  expect(starvedSpansOf({ events })).toEqual([
    { fromMs: 2_010, untilMs: 6_020, why: "90 % of this machine's CPU was taken by others", eventIds: [2, 3] },
  ]);
});

test("a calm sample parts two spans, and a recording without samples has none", () => {
  const events = [sample(1, 2_000, 1.8), sample(2, 4_000, 0.1), sample(3, 6_000, 1.8)];
  expect(starvedSpansOf({ events }).map(({ fromMs, untilMs }) => [fromMs, untilMs])).toEqual([
    [0, 2_000],
    [4_000, 6_000],
  ]);
  expect(starvedSpansOf({ events: [] })).toEqual([]);
});

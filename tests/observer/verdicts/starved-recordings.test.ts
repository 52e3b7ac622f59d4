import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import type { Recording } from "../../../observer/events.ts";
import { readRecording } from "../../../observer/recording/reader.ts";
import { verdictsOf } from "../support/facts-of.ts";

const busyHost = await readRecording(
  fileURLToPath(new URL("../../fixtures/starved/busy-host.ndjson", import.meta.url)),
);
/** The same recording, thinned out as it is, does not have to exclude 1 % of failures. */
const asked: Recording = { ...busyHost, header: withoutBound(busyHost.header) };

function withoutBound({ atMostShare: _, ...header }: Recording["header"]): Recording["header"] {
  return header;
}

test("on a host that others keep busy every verdict is inconclusive, and says what they took", () => {
  const verdicts = verdictsOf(asked);
  expect(verdicts).toHaveLength(5);
  for (const { outcome, sentence } of verdicts) {
    expect(outcome, sentence).toBe("inconclusive");
    expect(sentence).toMatch(/, but [5-9]\d % of this machine's CPU was taken by others(; the control lost .*)?\.$/);
  }
});

test("an observation beside another one is not doubted", async () => {
  const file = new URL("../../fixtures/starved/side-by-side.ndjson", import.meta.url);
  const { header, events } = await readRecording(fileURLToPath(file));
  expect(events.filter(({ type }) => type === "machine").length).toBeGreaterThan(50);
  const verdicts = verdictsOf({ header: withoutBound(header), events });
  expect(verdicts.length).toBeGreaterThan(3);
  expect(verdicts.filter(({ sentence }) => sentence.includes("taken by others"))).toEqual([]);
});

test("the recording of a busy host is decided as before where it has no samples of the machine", () => {
  const unsampled = { ...asked, events: asked.events.filter(({ type }) => type !== "machine") };
  expect(verdictsOf(unsampled).map(({ hypothesis, outcome }) => `${hypothesis} ${outcome}`)).toEqual([
    "no-op held",
    "at-once held",
    "at-most held",
    "at-least held",
    "no-failures held",
  ]);
});

test("the owners of the CPU add up to what the machine did", () => {
  const samples = busyHost.events.filter((event) => event.type === "machine");
  expect(samples.length).toBeGreaterThan(50);
  const owned = samples.reduce((sum, { owners, overMs }) => {
    const { stack = 0, cluster = 0, observer = 0, others = 0 } = owners ?? {};
    return sum + (stack + cluster + observer + others) * overMs;
  }, 0);
  const busy = samples.reduce((sum, { busyCores, overMs }) => sum + busyCores * overMs, 0);
  expect(owned / busy).toBeGreaterThan(0.9);
  expect(owned / busy).toBeLessThan(1.1);
});

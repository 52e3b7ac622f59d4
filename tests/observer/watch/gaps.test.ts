import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { follow } from "../../../observer/watch/follow.ts";
import { ApiServer } from "../support/api-server.ts";
import { type TurnedClock, turnedClock } from "../support/turned-clock.ts";

const path = "/api/v1/namespaces/lab/pods";
const START_MS = 1_000_000;

let hands: TurnedClock;
let server: ApiServer;
let controller: AbortController;
let told: string[];
let gaps: { readonly fromMs: number; readonly untilMs: number; readonly why: string }[];
let done: Promise<void>;

const nowMs = () => hands.clock.monotonicMs() - START_MS;
/** Turns the clock to `ms` after following began. */
const until = (ms: number) => hands.turnTo(START_MS + ms);
const asked = (what: string) => server.asked.filter((one) => one.startsWith(what)).length;

beforeEach(async () => {
  hands = turnedClock(START_MS);
  server = new ApiServer();
  controller = new AbortController();
  told = [];
  gaps = [];
  server.put(path, "a");
  const following = await follow(
    {
      path,
      onObject: ({ metadata }, change) => told.push(`${nowMs()} ${change} ${metadata.name}`),
      onGap: (sinceMs, why) => gaps.push({ fromMs: sinceMs - START_MS, untilMs: nowMs(), why }),
    },
    { transport: server.transport, clock: hands.clock, signal: controller.signal },
  );
  done = following.done;
});
afterEach(async () => {
  server.thaw();
  controller.abort();
  await until(nowMs() + 4_000);
  await done;
});

describe("no gap", () => {
  test("is in the minutes of a quiet cluster, whose watch is closed and opened again now and then", async () => {
    for (let ms = 30_000; ms <= 600_000; ms += 30_000) {
      await until(ms);
      server.endWatches(new DOMException("timeout", "TimeoutError"));
    }
    await until(610_000);
    expect(gaps).toEqual([]);
    expect(told).toEqual(["0 listed a"]);
    expect(asked("list")).toBe(1);
    expect(asked("prove")).toBe(203);
  });

  test("is where events are on their way while the list is made", async () => {
    await until(2_900);
    server.hold();
    server.put(path, "a");
    server.put(path, "b");
    server.remove(path, "a");
    await until(3_900);
    server.release();
    await until(9_000);
    expect(told.slice(1)).toEqual(["3900 modified a", "3900 added b", "3900 deleted a"]);
    expect(gaps).toEqual([]);
    expect(asked("list")).toBe(1);
  });

  test("is where events come between the list and its arrival", async () => {
    const { listMetadata } = server.transport;
    const late = { ...server.transport };
    late.listMetadata = async (...args) => {
      const list = await listMetadata(...args);
      server.put(path, "a");
      server.put(path, "b");
      await hands.clock.sleep(500);
      server.remove(path, "b");
      return list;
    };
    Object.assign(server.transport, late);
    await until(30_000);
    expect(gaps).toEqual([]);
    expect(asked("list")).toBe(1);
  });

  test("is where one answer is slow", async () => {
    await until(2_900);
    server.freeze();
    await until(4_800);
    server.thaw();
    await until(10_000);
    expect(gaps).toEqual([]);
  });
});

describe("a gap", () => {
  test("lasts from the last sign of life until the source is proven, whatever is told meanwhile", async () => {
    await until(1_000);
    server.put(path, "a");
    server.freeze();
    await until(20_000);
    for (const name of ["b", "c", "d"]) server.put(path, name);
    await until(28_000);
    server.thaw();
    server.endWatches(new DOMException("timeout", "TimeoutError"));
    await until(28_050);
    await until(40_000);
    expect(told.slice(2)).toEqual(["28000 added b", "28000 added c", "28000 added d"]);
    expect(gaps).toEqual([{ fromMs: 1_000, untilMs: expect.any(Number), why: "no answer within 2 s" }]);
    expect(gaps[0]?.untilMs).toBeGreaterThanOrEqual(28_000);
    expect(gaps[0]?.untilMs).toBeLessThanOrEqual(30_000);
  });

  test("covers the time in which the API server stood still, though no watch ends", async () => {
    await until(7_000);
    server.bookmark();
    await until(8_000);
    server.freeze();
    await until(28_000);
    server.thaw();
    server.put(path, "b");
    await until(60_000);
    expect(gaps).toEqual([{ fromMs: 7_000, untilMs: expect.any(Number), why: "no answer within 2 s" }]);
    expect(gaps[0]?.untilMs).toBeLessThanOrEqual(28_500);
    expect(asked("list")).toBe(1);
  });

  test("covers the time in which the API server refused connections", async () => {
    await until(10_000);
    server.refusal = new Error("ECONNREFUSED");
    server.endWatches(new Error("socket hang up"));
    await until(30_000);
    server.refusal = undefined;
    await until(40_000);
    expect(gaps).toEqual([{ fromMs: 9_000, untilMs: expect.any(Number), why: "ECONNREFUSED" }]);
    expect(gaps[0]?.untilMs).toBeGreaterThanOrEqual(30_000);
    expect(gaps[0]?.untilMs).toBeLessThanOrEqual(32_000);
  });

  test.each([
    ["a change", () => server.put(path, "a"), "a", ["listed a"]],
    ["a new object", () => server.put(path, "b"), "b", ["listed a", "listed b"]],
    ["a deletion", () => server.remove(path, "a"), "a", ["deleted a"]],
  ])("is where the watch does not tell %s, which a list shows", async (_what, happen, name, changes) => {
    await until(4_000);
    server.hold();
    happen();
    await until(9_000);
    expect(told.slice(1)).toEqual(changes.map((change) => `7000 ${change}`));
    expect(gaps).toEqual([
      { fromMs: 3_000, untilMs: 7_000, why: `a list shows what was not told, of ${name}; listed anew` },
    ]);
    // The new watch tells nothing either.
    server.put(path, "c");
    await until(14_000);
    expect(told.at(-1)).toBe("13000 listed c");
    expect(gaps).toHaveLength(2);
  });

  test("begins before events that a watch told of while it was behind", async () => {
    await until(4_000);
    server.put(path, "b");
    server.hold();
    server.put(path, "c");
    server.put(path, "d");
    await until(8_000);
    const why = "a list shows what was not told, of c and 1 more; listed anew";
    expect(gaps).toEqual([{ fromMs: 3_000, untilMs: 7_000, why }]);
  });

  test("is where the observer itself was held up", async () => {
    await until(4_000);
    server.put(path, "a");
    await hands.settle();
    hands.jumpTo(START_MS + 24_000);
    // An event that arrived while the process was stopped is read before any timer fires.
    server.put(path, "b");
    await until(40_000);
    expect(gaps).toEqual([{ fromMs: 4_000, untilMs: 24_000, why: "the observer itself was held up" }]);
  });

  test("is where a watch was away, though it comes back from where it was", async () => {
    const { watch } = server.transport;
    Object.assign(server.transport, {
      watch: async () => {
        throw new Error("ECONNRESET");
      },
    });
    await until(4_000);
    server.endWatches();
    await until(5_500);
    server.put(path, "b");
    Object.assign(server.transport, { watch });
    await until(20_000);
    expect(gaps).toMatchObject([{ fromMs: 3_000, why: "ECONNRESET" }]);
    expect(told[1]).toMatch(/added b$/);
  });

  test.each([
    ["nothing is answered any more", () => server.freeze(), "no answer within 2 s", 9_500],
    ["every question is refused", () => Object.assign(server, { refusal: new Error("forbidden") }), "forbidden", 7_500],
  ])("lasts to the end where %s", async (_what, happen, why, untilMs) => {
    await until(5_000);
    happen();
    await until(7_500);
    expect(gaps).toEqual([]);
    controller.abort();
    await until(9_500);
    await done;
    expect(gaps).toEqual([{ fromMs: 3_000, untilMs, why }]);
  });
});

describe("the end", () => {
  test("of a current source is proven once, and is no gap", async () => {
    await until(4_000);
    controller.abort();
    controller.abort();
    await done;
    expect(nowMs()).toBe(4_000);
    expect(gaps).toEqual([]);
    expect(asked("prove")).toBe(2);
    server.put(path, "b");
    await until(20_000);
    expect(told).toEqual(["0 listed a"]);
    expect(asked("prove")).toBe(2);
  });

  test("is a gap where a list shows what the watch did not tell", async () => {
    await until(3_050);
    server.hold();
    server.remove(path, "a");
    await until(6_900);
    controller.abort();
    await until(7_900);
    await done;
    expect(gaps).toEqual([{ fromMs: 3_000, untilMs: 7_900, why: "a list shows what was not told, of a" }]);
    server.release();
    expect(told).toEqual(["0 listed a"]);
  });

  test("is a gap where the API server stood still", async () => {
    await until(3_050);
    server.freeze();
    await until(6_990);
    controller.abort();
    await until(8_990);
    await done;
    expect(gaps).toEqual([{ fromMs: 3_000, untilMs: 8_990, why: "no answer within 2 s" }]);
  });

  test("waits for what the watch still has to tell", async () => {
    await until(4_000);
    server.hold();
    server.put(path, "b");
    controller.abort();
    await until(4_500);
    server.release();
    await done;
    expect(told.at(-1)).toBe("4500 added b");
    expect(gaps).toEqual([]);
  });

  test("does not wait for a new list that is not answered", async () => {
    await until(4_000);
    server.freeze();
    server.endWatches({ code: 410, message: "too old" });
    await until(4_500);
    controller.abort();
    await until(6_500);
    await done;
    expect(gaps).toMatchObject([{ fromMs: 3_000, untilMs: 6_500 }]);
    server.thaw();
    await until(20_000);
    expect(told).toEqual(["0 listed a"]);
  });
});

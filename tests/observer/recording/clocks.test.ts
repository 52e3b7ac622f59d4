import { expect, test } from "vitest";
import { compareClocks, narrowed } from "../../../observer/recording/clocks.ts";

/** A server whose clock is ahead of ours by `offsetMs`; its answers take `answerMs`, there and back. */
function server(offsetMs: number, answerMs: number) {
  let now = Date.UTC(2026, 2, 14, 9, 30, 0, 137);
  let asked = 0;
  const date = () => ({ date: new Date(Math.floor((now + offsetMs) / 1000) * 1000).toUTCString() });
  return {
    asked: () => asked,
    setBack: (ms: number) => {
      now -= ms;
    },
    clock: {
      wallMs: () => now,
      sleep: async (ms: number) => {
        now += ms;
      },
    },
    transport: {
      request: async () => {
        asked += 1;
        now += answerMs / 2;
        const headers = new Headers(date());
        now += answerMs / 2;
        return { status: 200, headers, text: "" };
      },
    },
  };
}

test.each([
  [0, 2],
  [-740, 2],
  [3_600_123, 2],
  [412, 30],
])("finds an offset of %i ms with answers that take %i ms", async (offsetMs, answerMs) => {
  const { clock, transport, asked } = server(offsetMs, answerMs);
  const compared = await compareClocks(transport, clock);
  expect(compared).toMatchObject({ type: "clock", peer: "API server" });
  expect(Math.abs(compared.offsetMs - offsetMs)).toBeLessThanOrEqual(compared.uncertaintyMs);
  expect(compared.uncertaintyMs).toBeLessThanOrEqual(Math.max(2, answerMs));
  expect(asked()).toBeLessThanOrEqual(12);
});

test("does not make up an offset when a clock was set meanwhile", async () => {
  const set = server(0, 2);
  let asked = 0;
  const request = () => {
    asked += 1;
    if (asked === 3) set.setBack(5_000);
    return set.transport.request();
  };
  await expect(compareClocks({ request }, set.clock)).rejects.toThrow("a clock was set");
});

test("does not guess from an answer without a Date", async () => {
  const request = async () => ({ status: 200, headers: new Headers(), text: "" });
  await expect(compareClocks({ request }, server(0, 2).clock)).rejects.toThrow("has no Date");
});

test("an answer leaves of a range what it allows", () => {
  const all = { leastMs: -Infinity, mostMs: Infinity };
  const first = narrowed(all, { askedMs: 10_400, hadMs: 10_410, toldMs: 10_000 });
  expect(first).toEqual({ leastMs: -410, mostMs: 600 });
  expect(first && narrowed(first, { askedMs: 10_900, hadMs: 10_910, toldMs: 11_000 })).toEqual({
    leastMs: 90,
    mostMs: 600,
  });
  expect(first && narrowed(first, { askedMs: 10_900, hadMs: 10_910, toldMs: 13_000 })).toBeUndefined();
});

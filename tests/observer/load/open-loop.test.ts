import { beforeEach, describe, expect, test } from "vitest";
import type { Happening, RequestDone } from "../../../observer/events.ts";
import type { ReferenceAnswers } from "../../../observer/load/answers.ts";
import type { Connection, Outcome, Sender } from "../../../observer/load/client.ts";
import { judge, modelExchange } from "../../../observer/load/exchange.ts";
import { MAX_DURATION_MS, MAX_RATE_PER_SECOND, startLoad } from "../../../observer/load/open-loop.ts";
import { type TurnedClock, turnedClock } from "../support/turned-clock.ts";

const reference: ReferenceAnswers = {
  bodies: ['{"row":0}', '{"row":1}'],
  releases: { v1: { prediction: [0, 1], probability: [0.25, 0.75], bound: 1e-6 } },
};
const answer = (row: number, more: object = {}): Outcome => ({
  status: 200,
  headers: {},
  text: JSON.stringify({ prediction: row, probability: row === 0 ? 0.25 : 0.75, release: "v1", pod: "a", ...more }),
});

let happened: Happening[];
let asked: {
  readonly connection: Connection;
  readonly body: string | Buffer | undefined;
  readonly end: (outcome: Outcome) => void;
}[];
let closed: boolean;
let hands: TurnedClock;

const sender: Sender = {
  send: (connection, body) => new Promise((end) => asked.push({ connection, body, end })),
  close: async () => {
    closed = true;
  },
};

beforeEach(() => {
  happened = [];
  asked = [];
  closed = false;
  hands = turnedClock(5_000);
});

function start(
  more: { readonly ratePerSecond?: number; readonly maxInFlight?: number; readonly longestMs?: number } = {},
) {
  const { clock } = hands;
  const recorder = {
    nowMs: () => clock.monotonicMs() - 4_000,
    record: (happening: Happening) => {
      happened.push(happening);
      return { id: 0, atMs: 0, wallMs: 0, ...happening };
    },
  };
  const url = "http://127.0.0.1:1/predict";
  return startLoad({
    url,
    from: "host",
    ratePerSecond: 10,
    exchange: modelExchange(reference),
    sender,
    clock,
    recorder,
    ...more,
  });
}

const requests = () => happened.filter((one): one is RequestDone => one.type === "request");

describe("load", () => {
  test("sends at its rate whatever becomes of what was sent, every other request on a fresh connection", async () => {
    start();
    await hands.turnTo(5_450);
    expect(asked.map(({ connection, body }) => `${connection} ${body}`)).toEqual([
      'fresh {"row":0}',
      'kept {"row":1}',
      'fresh {"row":0}',
      'kept {"row":1}',
      'fresh {"row":0}',
    ]);
    expect(happened).toEqual([
      { type: "load-started", url: "http://127.0.0.1:1/predict", ratePerSecond: 10, from: "host" },
    ]);
  });

  test("counts latency from when a request was due, even if the sender itself was late", async () => {
    start();
    await hands.settle();
    hands.jumpTo(5_320);
    await hands.turnTo(5_320);
    // The requests due at 5,000, 5,100, 5,200 and 5,300; the last three are sent in one burst.
    expect(asked).toHaveLength(4);
    asked[1]?.end(answer(1));
    await hands.settle();
    expect(requests()).toEqual([
      {
        type: "request",
        dueMs: 1_100,
        sentMs: 1_320,
        latencyMs: 220,
        connection: "kept",
        status: 200,
        release: "v1",
        pod: "a",
        correct: true,
        difference: 0,
      },
    ]);
  });

  test("records an error as it is", async () => {
    start();
    await hands.settle();
    asked[0]?.end({ error: "ECONNREFUSED" });
    await hands.settle();
    expect(requests()).toEqual([
      { type: "request", dueMs: 1_000, sentMs: 1_000, latencyMs: 0, connection: "fresh", error: "ECONNREFUSED" },
    ]);
  });

  test("holds back what would be too much at once, and says so as a gap", async () => {
    start({ maxInFlight: 2 });
    await hands.turnTo(5_350);
    expect(asked).toHaveLength(2);
    asked[0]?.end(answer(0));
    await hands.turnTo(5_400);
    expect(asked).toHaveLength(3);
    expect(happened.filter(({ type }) => type === "gap")).toEqual([
      {
        type: "gap",
        source: "load",
        fromMs: 1_200,
        untilMs: 1_400,
        why: "2 requests were under way, so none was sent",
      },
    ]);
  });

  test("does not send what is due no more after it was held up, and says so as a gap", async () => {
    const load = start();
    await hands.turnTo(5_050);
    hands.jumpTo(25_000);
    await hands.turnTo(25_050);
    const stopping = load.stop();
    for (const { end } of asked) end(answer(0));
    await stopping;
    // Of the requests that were due in 20 s, only those of the last second are sent.
    expect(asked).toHaveLength(1 + 11);
    expect(requests().map(({ dueMs }) => dueMs)).toEqual([
      1_000,
      ...Array.from({ length: 11 }, (_, at) => 20_000 + at * 100),
    ]);
    expect(happened.filter(({ type }) => type === "gap")).toEqual([
      { type: "gap", source: "load", fromMs: 1_100, untilMs: 21_000, why: "the sender was held up for 19.9 s" },
    ]);
  });

  test("tells until its end that it sends no more once it has sent for as long as it may", async () => {
    const load = start({ ratePerSecond: 0.01 });
    const sendingMs = MAX_DURATION_MS + 5_000;
    for (let ms = 5_000; ms <= sendingMs; ms += 100_000) {
      await hands.turnTo(ms);
      asked.at(-1)?.end({ error: "ECONNREFUSED" });
    }
    await hands.turnTo(sendingMs + 300_000);
    await load.stop();
    expect(asked).toHaveLength(73);
    expect(happened.filter(({ type }) => type === "gap")).toEqual([
      {
        type: "gap",
        source: "load",
        fromMs: MAX_DURATION_MS + 101_000,
        untilMs: MAX_DURATION_MS + 301_000,
        why: "load ends by itself after 2 h",
      },
    ]);
  });

  test("may be given another bound", async () => {
    const load = start({ ratePerSecond: 0.01, longestMs: 250_000 });
    for (let ms = 5_000; ms <= 305_000; ms += 100_000) {
      await hands.turnTo(ms);
      asked.at(-1)?.end({ error: "ECONNREFUSED" });
    }
    await load.stop();
    expect(asked).toHaveLength(3);
    expect(happened.filter(({ type }) => type === "gap")).toMatchObject([{ why: "load ends by itself after 0.1 h" }]);
  });

  test("ends when what is under way has ended, and then only once", async () => {
    const load = start();
    await hands.turnTo(5_150);
    const stopping = load.stop();
    await hands.turnTo(9_000);
    expect(asked).toHaveLength(2);
    expect(closed).toBe(false);
    for (const { end } of asked) end({ error: "timeout" });
    expect(await stopping).toBe(2);
    expect(await load.stop()).toBe(2);
    expect(closed).toBe(true);
    expect(happened.map(({ type }) => type)).toEqual(["load-started", "request", "request", "load-ended"]);
  });

  test.each([0, -1, Number.NaN, MAX_RATE_PER_SECOND + 1])("refuses a rate of %s", (ratePerSecond) => {
    expect(() => start({ ratePerSecond })).toThrow(/^rate: got .*, allowed: more than 0 and at most 1000/);
    expect(happened).toEqual([]);
  });
});

describe("an answer", () => {
  const check = (row: number, outcome: Outcome) => {
    const { status: _status, ...checked } = judge(modelExchange(reference), row, outcome);
    return checked;
  };
  const who = { release: "v1", pod: "a" };

  test.each([
    ["that is the model's own", answer(0), { ...who, correct: true, difference: 0 }],
    [
      "within the bound",
      answer(0, { probability: 0.25 + 5e-7 }),
      { ...who, correct: true, difference: expect.closeTo(5e-7, 10) },
    ],
    [
      "beyond the bound",
      answer(0, { probability: 0.26 }),
      { ...who, correct: false, difference: expect.closeTo(0.01) },
    ],
    ["with the other label", answer(0, { prediction: 1 }), { ...who, correct: false, difference: 0 }],
    ["of another row", answer(1), { ...who, correct: false, difference: 0.5 }],
    ["without a probability", answer(0, { probability: null }), { ...who, correct: false }],
    ["of a release that nothing is known of", answer(0, { release: "v9" }), { release: "v9", pod: "a" }],
    ["that is no JSON", { status: 200, headers: {}, text: "<html>" }, { correct: false }],
    ["that is no success", { status: 503, headers: {}, text: '{"release":"v1"}' }, {}],
  ] as const)("%s", (_what, outcome, expected) => {
    expect(check(0, outcome)).toEqual(expected);
  });
});

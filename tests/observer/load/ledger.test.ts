import { describe, expect, test } from "vitest";
import type { Happening } from "../../../observer/events.ts";
import type { LoadHappening } from "../../../observer/load/job-log.ts";
import { closing, emptyLedger, enter, type LoadLedger, withAnotherPod } from "../../../observer/load/ledger.ts";

/** The cluster's clock shows 10 s when the recording shows 0. */
const BY_MS = -10_000;

const started: LoadHappening = {
  type: "load-started",
  url: "http://10.0.0.7/predict",
  ratePerSecond: 10,
  from: "cluster",
};
const ended: LoadHappening = { type: "load-ended", sent: 1 };
const request: LoadHappening = { type: "request", dueMs: 11_000, sentMs: 11_001, latencyMs: 3, connection: "kept" };
const recorded: Happening = { ...request, dueMs: 1_000, sentMs: 1_001 };
const held: LoadHappening = { type: "gap", source: "load", fromMs: 11_000, untilMs: 12_000, why: "held up" };

/** Line number `seq` of the present pod, written at `atMs` of the recording. */
const line = (seq: number, atMs: number, happening: LoadHappening) =>
  JSON.stringify({ seq, writtenMs: atMs - BY_MS, happening });
const ANOTHER_POD = "another pod";
const lostGap = (fromMs: number, untilMs: number, lines: number): Happening => ({
  type: "gap",
  source: "load",
  fromMs,
  untilMs,
  why: `${lines} lines of the load's log were lost`,
});
const goneGap = (fromMs: number, untilMs: number): Happening => ({
  type: "gap",
  source: "load",
  fromMs,
  untilMs,
  why: "the load's pod was gone; another one sends",
});

/** Enters lines one after the other; returns the happenings of all lines, and the ledger after the last one. */
function read(lines: readonly string[]) {
  let ledger: LoadLedger = emptyLedger(BY_MS);
  const happenings = lines.flatMap((text) => {
    if (text === ANOTHER_POD) {
      ledger = withAnotherPod(ledger);
      return [];
    }
    const entry = enter(ledger, text);
    ledger = entry.ledger;
    return entry.happenings;
  });
  return { happenings, ledger };
}

describe("lines of load in the cluster", () => {
  test.each<[string, readonly string[], readonly Happening[], Partial<LoadLedger>]>([
    ["no line", [], [], { sent: 0, hasBegun: false, lastMs: undefined }],
    ["the start", [line(1, 500, started)], [started], { sent: 0, hasBegun: true, lastMs: 500 }],
    [
      "a request, with its times moved to the recording's clock",
      [line(1, 500, started), line(2, 1_004, request)],
      [started, recorded],
      { sent: 1, lastMs: 1_004 },
    ],
    [
      "a gap of the sender's own, moved as well and not counted as sent",
      [line(1, 500, started), line(2, 2_000, held)],
      [started, { ...held, fromMs: 1_000, untilMs: 2_000 }],
      { sent: 0 },
    ],
    [
      "a line that is read again",
      [line(1, 500, started), line(2, 1_004, request), line(1, 500, started), line(2, 1_004, request)],
      [started, recorded],
      { sent: 1 },
    ],
    [
      "lines of others in between",
      ["(node:1) Warning: something", line(1, 500, started), "null", '{"seq":2}'],
      [started],
      { last: { seq: 1, writtenMs: 10_500 } },
    ],
    [
      "lines that were lost",
      [line(1, 500, started), line(5, 1_200, request)],
      [started, lostGap(500, 1_200, 3), recorded],
      { sent: 1, last: { seq: 5, writtenMs: 11_200 } },
    ],
    ["the first lines lost", [line(3, 900, request)], [lostGap(900, 900, 2), recorded], { hasBegun: false, sent: 1 }],
    [
      "the end, which is recorded when all is over",
      [line(1, 500, started), line(2, 600, ended)],
      [started],
      { hasEnded: true },
    ],
    [
      "another pod, whose lines count from 1 again; the load began once",
      [line(1, 500, started), line(2, 1_004, request), ANOTHER_POD, line(1, 4_000, started), line(2, 4_100, request)],
      [started, recorded, goneGap(1_004, 4_000), recorded],
      { sent: 2, hasEnded: false, lastMs: 4_100 },
    ],
    [
      "another pod after one that ended by itself",
      [line(1, 500, started), line(2, 600, ended), ANOTHER_POD, line(1, 4_000, started)],
      [started, goneGap(600, 4_000)],
      { hasEnded: false },
    ],
    [
      "another pod whose first line is lost",
      [line(1, 500, started), ANOTHER_POD, line(2, 4_000, request)],
      [started, lostGap(4_000, 4_000, 1), recorded],
      { lastMs: 4_000 },
    ],
  ])("%s", (_what, lines, happenings, ledger) => {
    const result = read(lines);
    expect(result.happenings).toEqual(happenings);
    expect(result.ledger).toMatchObject(ledger);
  });

  test("leave the ledger that they are entered in as it was", () => {
    const ledger = Object.freeze(emptyLedger(BY_MS));
    enter(ledger, line(1, 500, started));
    expect(ledger).toEqual(emptyLedger(BY_MS));
  });
});

describe("the end of load in the cluster", () => {
  const unknown: Happening = {
    type: "gap",
    source: "load",
    fromMs: 1_004,
    untilMs: 9_000,
    why: "the load's pod did not tell of its end",
  };
  const sending = [line(1, 500, started), line(2, 1_004, request)];

  test.each<[string, readonly string[], boolean, readonly Happening[]]>([
    ["that its pod told of", [...sending, line(3, 1_010, ended)], true, [{ type: "load-ended", sent: 1 }]],
    ["that its pod did not tell of", sending, true, [unknown, { type: "load-ended", sent: 1 }]],
    [
      "of a pod that was gone before, though it had told of its end",
      [...sending, line(3, 1_004, ended)],
      false,
      [unknown, { type: "load-ended", sent: 1 }],
    ],
    ["of load that never began", [], false, [{ type: "load-ended", sent: 0 }]],
  ])("%s", (_what, lines, wasSending, happenings) => {
    expect(closing(read(lines).ledger, 9_000, wasSending)).toEqual(happenings);
  });
});

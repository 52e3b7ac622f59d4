import { expect, test } from "vitest";
import type { Transport } from "../../../observer/api-server.ts";
import type { Gap, Happening } from "../../../observer/events.ts";
import { startObserver } from "../../../observer/watch/sources.ts";
import { ApiServer } from "../support/api-server.ts";
import { turnedClock } from "../support/turned-clock.ts";

const WALL_MS = Date.UTC(2026, 2, 14, 9, 30);
const target = { namespace: "lab", of: { selector: { app: "web" } }, services: ["web"] };

/** Observes a cluster for a minute; its answers have a Date or none. */
async function observed(timeOf: (ms: number) => number | undefined) {
  const { clock, turnTo } = turnedClock(0);
  const nowMs = clock.monotonicMs;
  const wallMs = () => WALL_MS + nowMs();
  const happened: Happening[] = [];
  const server = new ApiServer();
  const transport: Transport = {
    ...server.transport,
    request: async (method, path, ...others) => {
      const answer = await server.transport.request(method, path, ...others);
      const toldMs = timeOf(nowMs());
      const date = toldMs === undefined ? {} : { date: new Date(WALL_MS + toldMs).toUTCString() };
      return { ...answer, headers: new Headers(date) };
    },
  };
  const recorder = {
    nowMs,
    record: (happening: Happening) => {
      happened.push(happening);
      return { id: happened.length, atMs: nowMs(), wallMs: wallMs(), ...happening };
    },
    close: () => {},
  };
  const observer = await startObserver({ transport, target, port: 8050, recorder, clock: { ...clock, wallMs } });
  await turnTo(60_000);
  const stopped = observer.stop({ inAHurry: false });
  await turnTo(90_000);
  await stopped;
  return happened;
}

const gapsOf = (happened: readonly Happening[]) => happened.filter((one): one is Gap => one.type === "gap");

test.each([
  ["twice", (ms: number) => ms, 2],
  ["only at the start", (ms: number) => (ms < 30_000 ? ms : undefined), 1],
  ["only at the end", (ms: number) => (ms > 30_000 ? ms : undefined), 1],
  ["twice, where one runs slowly ahead", (ms: number) => ms * 1.01, 2],
])("clocks that are compared %s are known", async (_when, timeOf, times) => {
  const happened = await observed(timeOf);
  expect(happened.filter(({ type }) => type === "clock")).toHaveLength(times);
  expect(gapsOf(happened)).toEqual([]);
});

test.each([
  ["were never compared", () => undefined, /^the API server's answer has no Date$/],
  [
    "were set in between",
    (ms: number) => (ms < 30_000 ? ms : ms + 3_600_000),
    /^it moved by 3600.0 s against this machine's$/,
  ],
])("clocks that %s are a gap, not one and the same clock", async (_what, timeOf, why) => {
  const gaps = gapsOf(await observed(timeOf));
  expect(gaps).toMatchObject([{ source: "clock", fromMs: 0, why: expect.stringMatching(why), toldLate: true }]);
  expect(gaps[0]?.untilMs).toBeGreaterThanOrEqual(60_000);
});

test.each([401, 403, 500])("an answer %d to a first list ends all that was started", async (statusCode) => {
  const { clock, turnTo } = turnedClock(0);
  const server = new ApiServer();
  const recorded: Happening[] = [];
  const recorder = {
    nowMs: clock.monotonicMs,
    record: (happening: Happening) => {
      recorded.push(happening);
      return { id: 0, atMs: 0, wallMs: 0, ...happening };
    },
    close: () => {},
  };
  const refusal = Object.assign(new Error("no"), { statusCode });
  const transport: Transport = {
    ...server.transport,
    request: async (method, path, ...others) => {
      if (path.includes("/pods")) throw refusal;
      return server.transport.request(method, path, ...others);
    },
  };
  const options = { transport, target, recorder, clock: { ...clock, wallMs: clock.monotonicMs } };
  await expect(startObserver(options)).rejects.toBe(refusal);
  await turnTo(5_000);
  const [asked, told] = [server.asked.length, recorded.length];
  await turnTo(60_000);
  expect(server.asked).toHaveLength(asked);
  expect(recorded).toHaveLength(told);
});

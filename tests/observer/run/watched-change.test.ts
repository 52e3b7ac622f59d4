import { beforeEach, describe, expect, test } from "vitest";
import type { Happening } from "../../../observer/events.ts";
import { type ChangeBoard, changeBoard } from "../../../observer/run/change-board.ts";
import { LONGEST_WAIT_MS } from "../../../observer/run/change-limit.ts";
import { conduct } from "../../../observer/run/conduct.ts";
import { sentRequests } from "../../../observer/run/sent-requests.ts";
import type { CommandEnd } from "../../../observer/run/user-command.ts";
import { type WatchedChange, watchedSteps } from "../../../observer/run/watched-change.ts";
import { ownerSeen } from "../support/owner-seen.ts";
import { podSeen } from "../support/pod-seen.ts";

let now: number;
const WATCHED = [{ kind: "Deployment", name: "web" }] as const;
let board: ChangeBoard;
let happened: Happening[];
/** How often a watch has waited in vain. */
let vain: number;
let controller: AbortController;
/** What happens at an instant of the recording. */
let timetable: { readonly atMs: number; readonly act: () => void }[];

beforeEach(() => {
  now = 0;
  board = changeBoard(WATCHED);
  happened = [];
  vain = 0;
  controller = new AbortController();
  timetable = [];
  board.see(ownerSeen("web", { generation: 1, observedGeneration: 1 }));
  for (const name of ["a", "b"]) board.see(podSeen(name, { owner: "web-7f" }));
});

const at = (atMs: number, act: () => void) => void timetable.push({ atMs, act });
const clock = {
  /** Time passes in steps of 50 ms, and what is due then happens. */
  sleep: async (ms: number, signal?: AbortSignal) => {
    const untilMs = now + ms;
    while (now < untilMs && !signal?.aborted) {
      now = Math.min(untilMs, now + 50);
      for (const due of timetable.filter(({ atMs }) => atMs <= now)) due.act();
      timetable = timetable.filter(({ atMs }) => atMs > now);
      // Whoever waits for what happened gets to know of it.
      await new Promise((resolve) => setImmediate(resolve));
    }
  },
};
const recorder = {
  nowMs: () => now,
  record: (happening: Happening) => {
    happened.push(happening);
    return { id: 0, atMs: now, wallMs: 0, ...happening };
  },
};

async function watched(more: Partial<WatchedChange> = {}) {
  const change: WatchedChange = {
    board,
    look: async () => {},
    generations: async () => new Map(),
    waitedInVain: () => {
      vain += 1;
    },
    patienceMs: 60_000,
    graceMs: 0,
    plan: async () => undefined,
    requestsSince: (fromMs) => Math.floor((now - fromMs) / 10),
    requestsNeeded: (step) => (step === "before" ? 0 : 299),
    ratePerSecond: 100,
    recorder,
    clock,
    signal: controller.signal,
    ...more,
  };
  const { steps, result } = watchedSteps(change);
  const observation = await conduct({
    steps,
    startLoad: async () => ({ stop: async () => 0 }),
    loadStarts: "before",
    recorder,
    clock,
    onProgress: () => {},
    signal: controller.signal,
  });
  const ended = happened.flatMap((one) => (one.type === "step-ended" ? [one] : []));
  return { observation, ended, result: result() };
}

/** A command that ends so long after its start. */
const commandOf =
  (end: CommandEnd, tookMs = 400) =>
  async (): Promise<CommandEnd> => {
    const ended = Promise.withResolvers<CommandEnd>();
    at(now + tookMs, () => ended.resolve(end));
    return ended.promise;
  };

/** Plans a change that takes so long at most, of pods that have so long to stop. */
const within =
  (mostMs: number, graceMs = 0) =>
  async () => ({ mostMs, graceMs });

/** A rollout from 15.5 s to 31.2 s, as in the header's example, or so much later. */
function rollout(laterMs = 0) {
  const at = (atMs: number, act: () => void) => void timetable.push({ atMs: atMs + laterMs, act });
  at(15_500, () => board.see(ownerSeen("web", { observedGeneration: 1 })));
  at(16_000, () => board.see(ownerSeen("web", { replicas: 3, updatedReplicas: 1 })));
  at(20_000, () => {
    for (const name of ["c", "d"]) board.see(podSeen(name, { owner: "web-5c" }));
    for (const name of ["a", "b"]) board.see(podSeen(name, { owner: "web-7f", deletionAtMs: 1 }));
    board.see(ownerSeen("web"));
  });
  at(31_200, () => {
    for (const name of ["a", "b"]) board.see(podSeen(name, { owner: "web-7f", change: "deleted" }));
  });
}

describe("a change by a command", () => {
  test("lasts until the pods have settled, though the command returns at once, as in the header's example", async () => {
    rollout();
    const { observation, ended, result } = await watched({
      command: commandOf({ exitCode: 0 }),
      generations: async () => new Map([["uid-web", 2]]),
    });
    expect(observation).toEqual({ outcome: "complete" });
    expect(ended.map(({ step, outcome }) => `${step} ${outcome}`)).toEqual([
      "before succeeded",
      "change succeeded",
      "after succeeded",
    ]);
    // The first look after 31.2 s; the 2 s of calm after it are no part of the change.
    expect(15_000 + (ended[1]?.operationMs ?? 0)).toBeGreaterThanOrEqual(31_200);
    expect(15_000 + (ended[1]?.operationMs ?? 0)).toBeLessThan(31_500);
    expect(result).toEqual({ notOver: [], nothingChanged: false });
  });

  test("is not over as long as the watch is behind the API server", async () => {
    const { ended, result } = await watched({
      command: commandOf({ exitCode: 0 }),
      generations: async () => new Map([["uid-web", 2]]),
      timeoutMs: 5_000,
    });
    expect(ended[1]).toMatchObject({
      outcome: "failed",
      message: "not over yet after 5.0 s: the watch has not told of the change yet",
    });
    expect(result.notOver).toEqual(["the watch has not told of the change yet"]);
  });

  test("is not over before the API server has told what is wanted, and is asked for that again", async () => {
    rollout();
    let asked = 0;
    const { ended, result } = await watched({
      command: commandOf({ exitCode: 0 }),
      generations: async () => {
        asked += 1;
        if (now < 40_000) throw new Error("etcdserver: request timed out");
        return new Map([["uid-web", 2]]);
      },
    });
    expect(asked).toBeGreaterThan(2);
    expect(15_000 + (ended[1]?.operationMs ?? 0)).toBeGreaterThanOrEqual(40_000);
    expect(result.notOver).toEqual([]);
  });

  test("is told as not over where the API server never tells what is wanted", async () => {
    const { ended } = await watched({
      command: commandOf({ exitCode: 0 }),
      generations: async () => {
        throw new Error("no");
      },
      timeoutMs: 5_000,
    });
    expect(ended[1]?.message).toBe(
      "not over yet after 5.0 s: the API server does not tell what is wanted of the workloads",
    );
  });

  test("that changes nothing is over after the calm, and says so", async () => {
    const { ended, result } = await watched({ command: commandOf({ exitCode: 0 }) });
    expect(ended[1]).toMatchObject({ outcome: "succeeded", operationMs: 400 });
    expect(result).toEqual({ notOver: [], nothingChanged: true });
  });

  test.each([
    [{ exitCode: 3 }, "the command ended with exit code 3"],
    [{ why: "there is no such program" }, "the command failed: there is no such program"],
  ] as const)("that fails by %j is a failed step, after which load goes on", async (end, message) => {
    const { observation, ended, result } = await watched({ command: commandOf(end) });
    expect(ended.map(({ outcome }) => outcome)).toEqual(["succeeded", "failed", "succeeded"]);
    expect(ended[1]?.message).toBe(message);
    expect(result.commandFailed).toBe(message);
    expect(observation).toEqual({ outcome: "complete" });
  });

  test("that takes longer than its plan is told as not over yet", async () => {
    rollout();
    const { ended } = await watched({ command: commandOf({ exitCode: 0 }), plan: within(8_000) });
    expect(ended[1]).toMatchObject({ outcome: "failed" });
    expect(ended[1]?.message).toMatch(/^not over yet after 8\.\d s: pod a still terminates; pod b still terminates$/);
  });

  test("may take as long as its plan says from when it was seen, whatever the command did before", async () => {
    rollout(50_000);
    const { ended } = await watched({ command: commandOf({ exitCode: 0 }, 50_400), plan: within(20_000) });
    expect(ended[1]).toMatchObject({ outcome: "succeeded" });
    expect(15_000 + (ended[1]?.operationMs ?? 0)).toBeGreaterThanOrEqual(81_200);
  });

  test.each([
    ["watched workload", 15_000, undefined],
    ["plan", 0, within(2_000, 15_000)],
  ])(
    "has the grace period of the %s left when its command ends late, as the last old pod still stops",
    async (...given) => {
      rollout();
      const [, graceMs, plan = async () => undefined] = given;
      // The change is seen at 15.5 s, the command ends at 21.4 s, and the last old pod is gone at 31.2 s.
      const command = commandOf({ exitCode: 0 }, 6_400);
      const { ended, result } = await watched({ command, graceMs, plan, patienceMs: 7_000 });
      expect(result.notOver).toEqual([]);
      expect(15_000 + (ended[1]?.operationMs ?? 0)).toBeGreaterThanOrEqual(31_200);
    },
  );

  test.each([
    ["has its patience", 8_000, 60_000],
    ["keeps the longer time of an earlier plan", 60_000, 8_000],
  ])("%s where another spec of it cannot be planned", async (_, mostMs, patienceMs) => {
    rollout();
    at(16_500, () => board.see(ownerSeen("web", { generation: 3, observedGeneration: 2 })));
    const plans = [{ mostMs, graceMs: 0 }];
    let asked = 0;
    const plan = async () => {
      asked += 1;
      return plans.shift();
    };
    const { result } = await watched({ command: commandOf({ exitCode: 0 }), plan, patienceMs });
    expect(result.notOver).toEqual([]);
    expect(asked).toBeGreaterThan(1);
  });

  test("is not ended by its plan's time while the command runs", async () => {
    rollout();
    const { ended } = await watched({ command: commandOf({ exitCode: 0 }, 40_000), plan: within(8_000) });
    expect(ended[1]).toMatchObject({ outcome: "succeeded", operationMs: expect.closeTo(40_000, -3) });
  });

  test("is planned again, and has its time anew, when another workload gets a new spec", async () => {
    board = changeBoard([...WATCHED, { kind: "StatefulSet", name: "db" }]);
    const db = (generation: number) =>
      ownerSeen("db", { kind: "StatefulSet", generation, observedGeneration: generation });
    for (const owner of [ownerSeen("web", { generation: 1, observedGeneration: 1 }), db(1)]) board.see(owner);
    for (const name of ["a", "b"]) board.see(podSeen(name, { owner: "web-7f" }));
    rollout();
    at(22_000, () => board.see(db(2)));
    // ReplicaSets are scaled all the time: that is no other change.
    at(24_000, () => board.see(ownerSeen("web-5c", { kind: "ReplicaSet", generation: 9, observedGeneration: 9 })));
    const plannedMs: number[] = [];
    const plan = async () => {
      plannedMs.push(now);
      return { mostMs: 10_000, graceMs: 0 };
    };
    const { ended } = await watched({ command: commandOf({ exitCode: 0 }), plan });
    expect(plannedMs).toEqual([expect.closeTo(15_600, -3), expect.closeTo(22_100, -3)]);
    expect(ended[1]).toMatchObject({ outcome: "succeeded" });
  });

  const EXCEEDED = { updatedReplicas: 1, troubles: ["Progressing: ProgressDeadlineExceeded"] };

  test("ends as soon as its Deployment's controller has given it up, whatever its plan allows", async () => {
    at(15_500, () => board.see(ownerSeen("web", { updatedReplicas: 1 })));
    at(45_500, () => board.see(ownerSeen("web", EXCEEDED)));
    const { ended, result } = await watched({ command: commandOf({ exitCode: 0 }), plan: within(900_000) });
    expect(ended[1]).toMatchObject({ outcome: "failed", operationMs: expect.closeTo(30_500, -3) });
    expect(result.notOver).toContain("Deployment web: Progressing: ProgressDeadlineExceeded");
  });

  test("does not end so where its user says how long to wait, nor where the command has taken it back", async () => {
    const give = () => {
      at(15_500, () => board.see(ownerSeen("web", { updatedReplicas: 1 })));
      at(45_500, () => board.see(ownerSeen("web", EXCEEDED)));
    };
    give();
    at(50_000, () => board.see(ownerSeen("web")));
    const waited = await watched({ command: commandOf({ exitCode: 0 }), timeoutMs: 60_000 });
    expect(waited.ended[1]).toMatchObject({ outcome: "succeeded" });
    now = 0;
    happened = [];
    give();
    at(48_000, () => board.see(ownerSeen("web", { generation: 3, observedGeneration: 3 })));
    const takenBack = await watched({
      command: commandOf({ exitCode: 1 }, 31_000),
      generations: async () => new Map([["uid-web", 3]]),
      plan: within(900_000),
    });
    expect(takenBack.result.notOver).toEqual([]);
  });

  test("has load until it and the step after it had enough requests of their own, a minute each at most", async () => {
    const slow = await watched({
      command: commandOf({ exitCode: 0 }),
      requestsSince: (fromMs) => Math.floor((now - fromMs) / 100),
    });
    const before = 15_000 + (slow.ended[1]?.operationMs ?? 0) + 2_000;
    expect(now - before - 3_000).toBeGreaterThan((2 * 299 - 60) * 100);
    now = 0;
    happened = [];
    await watched({ command: commandOf({ exitCode: 0 }), requestsSince: () => 0 });
    expect(now).toBeGreaterThan(15_000 + 2 * 60_000);
    expect(now).toBeLessThan(15_000 + 2 * 60_000 + 10_000);
  });

  test("leaves requests that time out to the step in which they were sent", async () => {
    rollout();
    const sent = sentRequests();
    for (let dueMs = 0; dueMs < 60_000; dueMs += 10) {
      // Those of the change's last second get no answer within 5 s.
      const latencyMs = dueMs >= 32_000 && dueMs < 33_000 ? 5_000 : 5;
      const request = { type: "request", dueMs, sentMs: dueMs, latencyMs, connection: "fresh" } as const;
      at(dueMs + latencyMs, () => sent.see(request));
    }
    let afterMs: number | undefined;
    const requestsNeeded = (step: string) => {
      if (step === "after") afterMs ??= now;
      return 800;
    };
    await watched({ command: commandOf({ exitCode: 0 }), requestsSince: sent.since, requestsNeeded });
    // 3 s after the last step load stops.
    expect((now - 3_000 - (afterMs ?? now)) / 10).toBeGreaterThanOrEqual(800);
  });

  test("has load until the largest need among the claims of each step, and none where nothing is claimed", async () => {
    const lengths = async (needed: Readonly<Record<string, number>>) => {
      now = 0;
      happened = [];
      const startsMs: number[] = [];
      await watched({
        command: async () => {
          startsMs.push(now);
          return { exitCode: 0 };
        },
        requestsSince: (fromMs) => Math.floor((now - fromMs) / 100),
        requestsNeeded: (step) => needed[step] ?? 0,
      });
      const [change = 0] = startsMs;
      return { before: change, rest: now - change };
    };
    const least = await lengths({});
    expect(least.before).toBeLessThan(16_000);
    expect((await lengths({ before: 400 })).before).toBeGreaterThanOrEqual(40_000);
    expect((await lengths({ change: 300 })).rest - least.rest).toBeGreaterThan(25_000);
    expect((await lengths({ after: 300 })).rest - least.rest).toBeGreaterThan(24_000);
  });

  test("lets the command end when it is interrupted", async () => {
    let hasEnded = false;
    const ended = Promise.withResolvers<CommandEnd>();
    at(16_000, () => {
      controller.abort();
      setTimeout(() => {
        hasEnded = true;
        ended.resolve({ exitCode: 130 });
      }, 30);
    });
    const { observation, ended: steps } = await watched({ command: () => ended.promise });
    expect(hasEnded).toBe(true);
    expect(observation).toEqual({ outcome: "interrupted" });
    expect(steps.at(-1)).toMatchObject({
      step: "change",
      outcome: "interrupted",
      message: "interrupted after 1.0 s, while the command ran; the command ended with exit code 130",
    });
  });

  test("says what was not over where it is interrupted after the command", async () => {
    rollout();
    at(25_000, () => controller.abort());
    const { ended } = await watched({ command: commandOf({ exitCode: 0 }) });
    expect(ended.at(-1)).toMatchObject({ step: "change", outcome: "interrupted" });
    expect(ended.at(-1)?.message).toMatch(
      /^not over yet after 10\.\d s: pod a still terminates; pod b still terminates$/,
    );
  });
});

describe("a change by somebody else", () => {
  test("begins when it is seen, and ends when it has settled", async () => {
    at(40_000, () => board.see(ownerSeen("web", { observedGeneration: 1 })));
    at(50_000, () => board.see(ownerSeen("web")));
    const passing = clock.sleep(40_000);
    const { ended, result } = await watched();
    await passing;
    const started = happened.flatMap((one, index) => (one.type === "step-started" ? [index] : []));
    expect(started).toHaveLength(3);
    expect(ended[1]?.operationMs).toBeGreaterThanOrEqual(9_500);
    expect(ended[1]?.operationMs).toBeLessThan(10_500);
    expect(result.nothingChanged).toBe(false);
  });

  test("is waited for until Ctrl-C", async () => {
    at(100_000, () => controller.abort());
    // Time passes though nobody sleeps: whoever waits for a change does not look at a clock.
    const passing = clock.sleep(120_000);
    const { observation, ended } = await watched();
    await passing;
    expect(observation).toEqual({ outcome: "interrupted" });
    expect(ended.map(({ step }) => step)).toEqual(["before"]);
    expect(vain).toBe(0);
  });

  test("is waited for no longer than 2 h, and the time is over as soon as it is seen", async () => {
    const quick: WatchedChange["clock"] = {
      sleep: async (ms, signal) => {
        if (ms < LONGEST_WAIT_MS) return clock.sleep(ms, signal);
        // Time passes until the change alone.
        while (!signal?.aborted && now < ms + 15_000) {
          now += 60_000;
          for (const due of timetable.filter(({ atMs }) => atMs <= now)) due.act();
          await new Promise((resolve) => setImmediate(resolve));
        }
      },
    };
    const waitedInVain = () => {
      vain += 1;
      controller.abort();
    };
    const { observation, ended } = await watched({ clock: quick, waitedInVain });
    expect([vain, observation.outcome]).toEqual([1, "interrupted"]);
    expect(now).toBeGreaterThanOrEqual(LONGEST_WAIT_MS);
    expect(ended.map(({ step }) => step)).toEqual(["before"]);
    controller = new AbortController();
    now = 0;
    happened = [];
    at(LONGEST_WAIT_MS - 600_000, () => board.see(ownerSeen("web")));
    const late = await watched({ clock: quick, waitedInVain });
    expect([vain, late.observation.outcome]).toEqual([1, "complete"]);
    expect(now).toBeLessThan(LONGEST_WAIT_MS);
  });
});

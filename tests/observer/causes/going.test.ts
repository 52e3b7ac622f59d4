import { describe, expect, test } from "vitest";
import {
  causes,
  container,
  endpoints,
  going,
  good,
  only,
  pod,
  request,
  type Timed,
  told,
  wall,
} from "../support/cause-scene.ts";
import { machine } from "../support/told.ts";

/** Two pods, of which a is asked to go at 10.0 s and leaves the endpoints at 10.2 s; b stays. */
const rollout = (shape: Parameters<typeof pod>[1] = {}): Timed[] => [
  [0, pod("a", shape)],
  [0, pod("b", shape)],
  [0, endpoints(["a", "b"])],
  good(1000, "a"),
  good(1100, "b"),
  [10_000, going("a", 10_000, shape)],
  [10_200, endpoints(["b"], ["a"])],
];

const ended = (exitCode: number, finishedMs: number, shape: Parameters<typeof pod>[1] = {}): Timed => [
  finishedMs + 700,
  going("a", 10_000, {
    ...shape,
    containers: [
      container({ state: "terminated", exitCode, finishedAtMs: Math.floor(wall(finishedMs) / 1000) * 1000 }),
    ],
  }),
];

describe("a port that was closed before the node knew", () => {
  test("is what a refusal after a deletion is, if nothing waited", () => {
    const found = causes(
      told(
        [
          ...rollout({ graceSeconds: 20, probes: ["readiness"] }),
          request(10_400, 1, { error: "ECONNREFUSED" }),
          request(11_100, 1, { error: "other side closed" }),
        ],
        { drainSeconds: 0 },
      ),
    );
    expect(found.requests).toMatchObject([
      { cause: "port-closed", certainty: "inferred", pod: "a" },
      { cause: "port-closed", pod: "a" },
    ]);
    expect(found.groups[0]?.line).toBe(
      "refused 0.4-1.1 s after a pod had closed its port (preStopSeconds 0, drainSeconds 0); preStopSeconds 2 covers them",
    );
    expect(found.groups[0]?.field).toBe("spec.template.spec.containers[].lifecycle.preStop");
  });

  test.each([
    [3, 8, "unexplained"],
    [60, 90, "port-closed"],
  ])(
    "is told late where timers are %i ms late and the API server takes %i ms: then a reset of before is %s",
    (...row) => {
      const [timersLateMs, apiServerMs, cause] = row;
      const early = rollout().filter(([atMs]) => atMs < 10_000);
      const reset = request(9_999, 1, { error: "ECONNRESET" });
      const sample = machine(11_000, 0.5, { timersLateMs, apiServerMs });
      expect(only(told([...early, reset, [10_180, going("a", 10_180)], sample])).cause).toBe(cause);
    },
  );

  test("of anybody's workload is told by what a manifest calls the wait", () => {
    const refused = request(10_400, 1, { error: "ECONNREFUSED" });
    const shape = { preStopSeconds: 0, graceSeconds: 20, probes: ["readiness"] } as const;
    expect(causes(told([...rollout(shape), refused])).groups[0]?.line).toBe(
      "refused 0.4 s after a pod had closed its port (no preStop wait); a preStop wait of 1 s covers it",
    );
  });

  test("is not said to have been without a wait where a command decides the wait", () => {
    const refused = request(10_400, 1, { error: "ECONNREFUSED" });
    const shape = { preStopHook: true, graceSeconds: 20, probes: ["readiness"] } as const;
    expect(causes(told([...rollout(shape), refused])).groups[0]?.line).toBe(
      "refused 0.4 s after a pod had closed its port; a preStop wait of 1 s covers it",
    );
  });

  test("is seen where every other pod answered just before and just after", () => {
    const refused = request(10_400, 1, { error: "ECONNREFUSED" });
    const busy = [good(9_900, "b"), good(10_900, "b"), refused];
    expect(only(told([...rollout(), ...busy]))).toMatchObject({ cause: "port-closed", certainty: "seen", pod: "a" });
    const late = [good(9_000, "b"), good(10_900, "b"), refused];
    expect(only(told([...rollout(), ...late]))).toMatchObject({ cause: "port-closed", certainty: "inferred" });
  });

  test("is the pod's that closed last", () => {
    const timed = [...rollout(), [10_300, going("b", 10_300)] as const, request(10_500, 1, { error: "ECONNRESET" })];
    expect(only(told([...timed, [9_000, pod("c")], [10_250, endpoints(["c", "b"], ["a"])]]))).toMatchObject({
      cause: "port-closed",
      pod: "b",
    });
  });

  test("is not before the wait and the draining are over", () => {
    const waits = { preStopSeconds: 5, graceSeconds: 20 };
    const early = told([...rollout(waits), request(12_000, 1, { error: "ECONNREFUSED" })], { drainSeconds: 3 });
    expect(only(early).cause).toBe("unexplained");
    const late = told([...rollout(waits), request(18_300, 1, { error: "ECONNREFUSED" })], { drainSeconds: 3 });
    expect(only(late)).toMatchObject({ cause: "port-closed" });
  });

  test("is not one of a pod that never was Ready: nodes never sent to it", () => {
    const never: Timed[] = [
      [9_000, pod("n", { ready: false })],
      [10_000, going("n", 10_000, { ready: false })],
    ];
    const refused = request(10_300, 1, { error: "ECONNREFUSED" });
    const stay = [[0, pod("b")], [0, endpoints(["b"])], good(1000, "b")] as const;
    expect(only(told([...stay, ...never, refused])).cause).toBe("unexplained");
  });

  test("is not long after the pod was gone", () => {
    const gone: Timed = [11_000, going("a", 10_000, { change: "deleted" })];
    expect(only(told([...rollout(), gone, request(20_000, 1, { error: "ECONNREFUSED" })])).cause).toBe("unexplained");
  });
});

describe("a cut in flight", () => {
  test("ends at the instant of the kill, long after the request was sent", () => {
    const found = causes(
      told([
        ...rollout({ graceSeconds: 4, probes: [] }),
        request(13_000, 1_100, { error: "other side closed", reached: "server" }),
        ended(137, 14_050),
      ]),
    );
    expect(found.requests).toMatchObject([{ cause: "cut-in-flight", certainty: "seen", pod: "a" }]);
    expect(found.groups[0]).toMatchObject({
      field: "spec.template.spec.terminationGracePeriodSeconds",
      line: expect.stringContaining("killed at the end of its grace period (4 s)"),
    });
  });

  test("by SIGTERM is the program's", () => {
    const found = causes(
      told([...rollout({ graceSeconds: 30 }), request(9_500, 600, { error: "ECONNRESET" }), ended(143, 10_100)]),
    );
    expect(found.groups[0]).toMatchObject({ cause: "cut-in-flight", line: expect.stringContaining("SIGTERM") });
  });

  test("by a program that exits is inferred after a second, unless the machine was starved: refusals are told late then", () => {
    const cut = [
      ...rollout({ graceSeconds: 20 }),
      request(9_000, 1_500, { error: "other side closed", reached: "server" }),
      ended(0, 10_500),
    ];
    const recording = told(cut, { drainSeconds: 0 });
    expect(only(recording)).toMatchObject({ cause: "cut-in-flight", certainty: "inferred" });
    const starved = [{ fromMs: 8_000, untilMs: 12_000, why: "90 % was taken by others", eventIds: [1] }];
    expect(only(recording, starved)).toMatchObject({ cause: "port-closed", pod: "a" });
    const elsewhere = [{ fromMs: 0, untilMs: 8_000, why: "90 % was taken by others", eventIds: [1] }];
    expect(only(recording, elsewhere)).toMatchObject({ cause: "cut-in-flight" });
  });

  test("stays one on a starved machine where the answer had begun, or a kill ended it", () => {
    const starved = [{ fromMs: 8_000, untilMs: 16_000, why: "90 % was taken by others", eventIds: [1] }];
    const begun = request(9_000, 1_500, { error: "other side closed", reached: "answer" });
    expect(only(told([...rollout({ graceSeconds: 20 }), begun, ended(0, 10_500)]), starved)).toMatchObject({
      cause: "cut-in-flight",
    });
    const killed = request(13_000, 1_100, { error: "other side closed", reached: "server" });
    expect(only(told([...rollout({ graceSeconds: 4 }), killed, ended(137, 14_050)]), starved)).toMatchObject({
      cause: "cut-in-flight",
    });
  });

  test("is no refusal after the kill", () => {
    const refused = request(14_300, 1, { error: "ECONNREFUSED" });
    expect(only(told([...rollout({ graceSeconds: 4 }), refused, ended(137, 14_050)])).cause).toBe("port-closed");
  });
});

describe("a kept connection that was closed while idle", () => {
  const kept = { connection: "kept", socket: 3 } as const;

  test("by a pod that stops is seen: the connection's earlier answers name it", () => {
    const reset = request(10_050, 1, { ...kept, error: "other side closed", idleMs: 200, reached: "server" });
    expect(only(told([...rollout(), good(9_850, "a", kept), reset]))).toMatchObject({
      cause: "idle-close",
      certainty: "seen",
      pod: "a",
    });
  });

  test("by a pod that goes on is inferred", () => {
    const reset = request(9_000, 1, { ...kept, error: "ECONNRESET", idleMs: 5_000, reached: "server" });
    const found = causes(told([...rollout(), good(4_000, "b", kept), reset]));
    expect(found.requests).toMatchObject([{ cause: "idle-close", certainty: "inferred", pod: "b" }]);
    expect(found.groups[0]?.line).toBe(
      "the server closed kept connections, 5.0 s after their last answer; a keep-alive time of the server that is longer than the client's covers them",
    );
  });

  test("is none after so short a time that no server closes a connection", () => {
    const reset = request(9_000, 1, { ...kept, error: "ECONNRESET", idleMs: 200, reached: "server" });
    expect(only(told([...rollout(), good(8_800, "b", kept), reset])).cause).toBe("unexplained");
  });

  test("is not what a request is that was taken and cut", () => {
    const cut = request(13_000, 1_100, { ...kept, error: "other side closed", idleMs: 10, reached: "server" });
    const timed = [...rollout({ graceSeconds: 4 }), good(12_980, "a", kept), cut, ended(137, 14_050)];
    expect(only(told(timed))).toMatchObject({ cause: "cut-in-flight", pod: "a" });
  });
});

describe("endpoints", () => {
  test("that only terminate are told apart from none", () => {
    const alone: Timed[] = [
      [0, pod("a")],
      [0, endpoints(["a"])],
      good(1000, "a"),
      [10_000, going("a", 10_000)],
      [10_050, endpoints([], ["a"])],
    ];
    const refused = request(11_000, 1, { error: "ECONNRESET" });
    expect(only(told([...alone, refused]))).toMatchObject({ cause: "only-terminating", certainty: "seen" });
    const gone: Timed = [10_900, going("a", 10_000, { change: "deleted" })];
    // The endpoints still name the pod, which is gone.
    expect(only(told([...alone, gone, refused]))).toMatchObject({ cause: "no-endpoint", certainty: "seen" });
    expect(only(told([...alone, [10_900, endpoints([])], refused]))).toMatchObject({ cause: "no-endpoint" });
  });

  test("that were empty just before or after, or most of the time, are inferred", () => {
    const back: Timed[] = [
      [0, endpoints([])],
      [0, pod("a")],
      [1000, endpoints(["a"])],
      [9_000, endpoints([])],
      [15_000, endpoints(["a"])],
    ];
    const before = only(told([...back, good(500, "a"), request(1_300, 1, { error: "ECONNREFUSED" })]));
    expect(before).toMatchObject({ cause: "no-endpoint", certainty: "inferred" });
    const soon = only(told([...back, good(500, "a"), request(8_900, 1, { error: "ECONNREFUSED" })]));
    expect(soon).toMatchObject({ cause: "no-endpoint", certainty: "inferred" });
    const waited = only(told([...back, good(500, "a"), request(8_500, 5_000, { error: "timeout" })]));
    expect(waited.because).toContain("for 4.5 s of the 5.0 s");
    expect(only(told([...back, good(500, "a"), request(4_000, 1, { error: "ECONNREFUSED" })])).cause).toBe(
      "unexplained",
    );
  });
});

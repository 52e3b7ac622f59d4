import { describe, expect, test } from "vitest";
import type { Happening, PodSeen } from "../../../observer/events.ts";
import {
  causes,
  container,
  endpoints,
  going,
  good,
  only,
  pod,
  probeEvent,
  request,
  type Timed,
  told,
  wall,
} from "../support/cause-scene.ts";

const alone: Timed[] = [[0, pod("a")], [0, endpoints(["a"])], good(1000, "a")];

describe("a container that ended", () => {
  const last = { reason: "OOMKilled", exitCode: 137, startedAtMs: wall(0), finishedAtMs: wall(10_000) };
  const oom: Timed[] = [
    [
      10_900,
      pod("a", { ready: false, containers: [container({ state: "waiting", reason: "CrashLoopBackOff", last })] }),
    ],
    [11_000, endpoints([], [], ["a"])],
  ];

  test("fails what it had, and what comes until the endpoints are without it", () => {
    const found = causes(
      told([
        ...alone,
        ...oom,
        request(10_000, 200, { error: "ECONNRESET" }),
        request(10_800, 1, { error: "ECONNREFUSED" }),
      ]),
    );
    expect(found.requests).toMatchObject([
      { cause: "container-ended", certainty: "seen", pod: "a" },
      { cause: "container-ended", certainty: "seen", pod: "a" },
    ]);
    expect(found.groups[0]).toMatchObject({
      field: "spec.template.spec.containers[].resources.limits.memory",
      line: expect.stringContaining("killed for its memory"),
    });
  });

  test("fails nothing before its end; and after, there is no endpoint", () => {
    expect(only(told([...alone, ...oom, request(7_000, 1, { error: "ECONNRESET" })])).cause).toBe("unexplained");
    expect(only(told([...alone, ...oom, request(12_000, 1, { error: "ECONNREFUSED" })])).cause).toBe("no-endpoint");
  });

  test("is inferred where another pod may have got the request", () => {
    const two: Timed[] = [[0, pod("b")], ...alone, [1, endpoints(["a", "b"])], good(1100, "b")];
    const left: Timed[] = [oom[0] ?? [0, pod("a")], [11_000, endpoints(["b"], [], ["a"])]];
    expect(only(told([...two, ...left, request(10_100, 1, { error: "ECONNRESET" })]))).toMatchObject({
      cause: "container-ended",
      certainty: "inferred",
    });
  });

  test("that hung fails requests from its last answer on, with its probes", () => {
    const silent = 'Liveness probe failed: Get "http://10.0.0.1/": context deadline exceeded (Client.Timeout exceeded)';
    const hang: Timed[] = [
      good(9_000, "a"),
      [12_000, probeEvent("Unhealthy", "a", silent)],
      [14_000, probeEvent("Killing", "a", "Container server failed liveness probe, will be restarted")],
      [
        15_500,
        pod("a", {
          ready: false,
          containers: [container({ restartCount: 1, last: { ...last, reason: "Error", finishedAtMs: wall(15_000) } })],
        }),
      ],
    ];
    const found = causes(told([...alone, ...hang, request(9_500, 5_000, { error: "timeout" })]));
    expect(found.requests).toMatchObject([{ cause: "container-ended", certainty: "seen", pod: "a" }]);
    expect(found.groups[0]?.field).toBe("spec.template.spec.containers[].livenessProbe");
    expect(only(told([...alone, ...hang, request(2_000, 5_000, { error: "timeout" })])).cause).toBe("unexplained");
  });
});

describe("a pod that was Ready before it could serve", () => {
  const early = (probes: readonly ("readiness" | "liveness")[], differs: Partial<PodSeen> = {}): Timed[] => [
    ...alone,
    [
      5_000,
      pod("n", { change: "added", ready: false, probes, containers: [container({ state: "waiting" })], ...differs }),
    ],
    [6_000, pod("n", { probes })],
    [6_050, endpoints(["a", "n"])],
    good(9_000, "n"),
  ];

  test("refuses until its first answer, and nothing after", () => {
    const found = causes(told([...early([]), request(7_000, 1, { error: "ECONNREFUSED" })]));
    expect(found.requests).toMatchObject([{ cause: "ready-too-early", certainty: "inferred", pod: "n" }]);
    expect(found.groups[0]?.line).toBe(
      "met a pod 1.0 s after it was Ready, before its first answer; a readinessProbe, or a startupProbe, covers them",
    );
    expect(only(told([...early([]), request(9_500, 1, { error: "ECONNREFUSED" })])).cause).toBe("unexplained");
  });

  test("is none that was Ready when the recording began: nobody knows since when", () => {
    const listed: Timed = [0, pod("a", { change: "listed" })];
    const timeout = request(500, 5_000, { error: "timeout" });
    const later = [good(8_000, "a"), timeout];
    expect(only(told([listed, [0, endpoints(["a"])], ...later])).cause).toBe("unexplained");
    const starting: Timed = [0, pod("a", { change: "listed", ready: false })];
    expect(only(told([starting, [400, pod("a")], [400, endpoints(["a"])], ...later])).cause).toBe("ready-too-early");
  });

  test("has no probe for its start only where none of its containers has one", () => {
    const of = (differs: Partial<PodSeen>) => {
      const refused = request(7_000, 1, { status: 503, retryAfterSeconds: 1 });
      return only(told([...early([], differs), refused])).cause;
    };
    const sidecar = [container({ state: "waiting" }), container({ name: "logs", state: "waiting" })];
    expect(of({ probesOfAny: ["readiness"], containers: sidecar })).toBe("overload");
    expect(of({ probesOfAny: ["liveness"], containers: sidecar })).toBe("ready-too-early");
    // An earlier version recorded only the probes that all containers have.
    expect(of({ containers: sidecar })).toBe("overload");
  });

  test("may say so itself by 503", () => {
    const refused = request(7_000, 1, { status: 503, retryAfterSeconds: 1 });
    expect(only(told([...early(["liveness"]), refused])).cause).toBe("ready-too-early");
    expect(only(told([...early(["readiness"]), refused])).cause).toBe("overload");
  });
});

describe("where no answer names its pod", () => {
  const nameless = (sentMs: number) => request(sentMs, 5, { status: 200 });
  const refusal = request(7_000, 1, { error: "ECONNREFUSED" });
  /** Pod n comes, without a probe, and is Ready from 6 s on; it is the only endpoint. */
  const coming: Timed[] = [
    [5_000, pod("n", { change: "added", ready: false, probes: [], containers: [container({ state: "waiting" })] })],
    [6_000, pod("n", { probes: [] })],
    [6_050, endpoints(["n"])],
  ];

  test("a pod that has served for long is not told to have been Ready too early", () => {
    const listed: Timed[] = [
      [0, pod("a", { change: "listed", probes: ["readiness"] })],
      [0, endpoints(["a"])],
    ];
    const timeout = request(8_000, 5_000, { error: "timeout" });
    expect(only(told([...listed, nameless(7_900), timeout, nameless(14_000)])).cause).toBe("unexplained");
    const starved = [{ fromMs: 7_000, untilMs: 14_000, why: "88 % of the CPU was taken by others", eventIds: [2] }];
    expect(only(told([...listed, nameless(7_900), timeout]), starved).cause).toBe("load-side");
  });

  test("a new pod without a probe takes nothing from causes that events show", () => {
    const old: Timed[] = [[0, pod("a")], [0, endpoints(["a"])], nameless(1_000)];
    const closed: Timed[] = [
      [6_500, going("a", 6_500)],
      [6_600, endpoints(["n"], ["a"])],
    ];
    expect(only(told([...old, ...coming, ...closed, refusal, nameless(7_500)])).cause).toBe("port-closed");
    expect(only(told([...old, ...coming, [6_800, endpoints([])], refusal])).cause).toBe("no-endpoint");
  });

  test("a refusal is most likely that of the only pod, which became Ready before and answers after", () => {
    expect(only(told([...coming, refusal, nameless(9_000)]))).toMatchObject({
      cause: "ready-too-early",
      certainty: "inferred",
      because: "n was Ready, and no other pod was there: the first answer came 3.0 s after it was Ready",
    });
  });

  test.each<[string, readonly Timed[]]>([
    ["an answer came before it", [nameless(6_500), refusal, nameless(9_000)]],
    ["no answer comes after it", [refusal]],
    ["it was no refusal", [request(7_000, 2_500, { error: "timeout" }), nameless(9_000)]],
    ["another pod was there", [[5_500, pod("m")], refusal, nameless(9_000)]],
    [
      "its connection was a used one",
      [request(7_000, 1, { error: "ECONNRESET", connection: "kept", socket: 1, idleMs: 9 }), nameless(9_000)],
    ],
  ])("nothing is said of it where %s", (_, more) => {
    expect(only(told([...coming, ...more])).cause).not.toBe("ready-too-early");
  });
});

describe("overload", () => {
  const sample = (cpuPeriods: number, throttledPeriods: number): Happening => ({
    type: "container",
    pod: "a",
    cpuPeriods,
    throttledPeriods,
  });

  test("is seen where the service says when to come again, and inferred from a bare 503", () => {
    expect(only(told([...alone, request(2_000, 1, { status: 503, retryAfterSeconds: 1 })]))).toMatchObject({
      cause: "overload",
      certainty: "seen",
    });
    expect(only(told([...alone, request(2_000, 1, { status: 429 })]))).toMatchObject({ certainty: "inferred" });
  });

  test("is what a request waited for whose container was throttled", () => {
    const timeout = request(3_000, 5_000, { error: "timeout" });
    expect(only(told([...alone, [2_500, sample(10, 0)], [7_500, sample(60, 45)], timeout]))).toMatchObject({
      cause: "overload",
      certainty: "seen",
      because: expect.stringContaining("90.0 %"),
    });
    expect(only(told([...alone, [2_500, sample(10, 0)], [7_500, sample(60, 5)], timeout])).cause).toBe("unexplained");
  });

  test("is inferred where the pod did not answer its probes in time either", () => {
    const silent = probeEvent("Unhealthy", "a", "Readiness probe failed: context deadline exceeded");
    const timeout = request(3_000, 5_000, { error: "timeout" });
    expect(only(told([...alone, [6_000, silent], timeout]))).toMatchObject({
      cause: "overload",
      certainty: "inferred",
    });
  });
});

describe("the load's own side", () => {
  const held: Timed = [
    12_000,
    { type: "gap", source: "load", fromMs: 4_010, untilMs: 12_000, why: "the sender was held up for 8.0 s" },
  ];

  test("is why a request timed out while the load was stopped", () => {
    expect(only(told([...alone, held, request(4_000, 8_000, { error: "timeout" })]))).toMatchObject({
      cause: "load-side",
      certainty: "seen",
      because: "the load itself was held up for 8.0 s of the 8.0 s that the request took",
    });
    expect(only(told([...alone, held, request(13_500, 5_000, { error: "timeout" })])).cause).toBe("unexplained");
  });

  test("is held up once where two gaps share the time", () => {
    const again: Timed = [
      12_050,
      { type: "gap", source: "load", fromMs: 4_060, untilMs: 12_050, why: "the sender was held up for 8.0 s" },
    ];
    const { because } = only(told([...alone, held, again, request(4_000, 8_100, { error: "timeout" })]));
    expect(because).toBe("the load itself was held up for 8.0 s of the 8.1 s that the request took");
  });

  test("is why a kept connection lay idle", () => {
    const kept = { connection: "kept", socket: 1, error: "ECONNRESET", reached: "server" } as const;
    expect(only(told([...alone, held, request(12_100, 1, { ...kept, idleMs: 8_100 })])).cause).toBe("load-side");
    expect(only(told([...alone, held, request(12_100, 1, { ...kept, idleMs: 50 })])).cause).toBe("unexplained");
  });

  test("is not a gap that the service made", () => {
    const full: Timed = [
      9_000,
      {
        type: "gap",
        source: "load",
        fromMs: 4_000,
        untilMs: 9_000,
        why: "1000 requests were under way, so none was sent",
      },
    ];
    expect(only(told([...alone, full, request(3_900, 5_000, { error: "timeout" })])).cause).toBe("unexplained");
  });

  test("is a port or a file that this machine has not", () => {
    expect(only(told([...alone, request(2_000, 1, { error: "EADDRNOTAVAIL" })])).cause).toBe("load-side");
  });

  test("is a starved machine, where nothing else explains the request", () => {
    const starved = [
      { fromMs: 2_000, untilMs: 9_000, why: "88 % of this machine's CPU was taken by others", eventIds: [2] },
    ];
    const timeout = request(3_000, 5_000, { error: "timeout" });
    expect(only(told([...alone, timeout]), starved)).toMatchObject({
      cause: "load-side",
      evidence: [expect.any(Number), 2],
    });
    expect(only(told([...alone, [2_900, endpoints([])], timeout]), starved).cause).toBe("no-endpoint");
  });
});

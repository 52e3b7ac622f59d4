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

/** Pods b and c, which are in the endpoints and answer all the while from 60 s to 80 s. */
const others: readonly Timed[] = [
  [0, pod("b")],
  [0, pod("c")],
  [20, endpoints(["b", "c"])],
  ...Array.from({ length: 100 }, (_, index) => good(60_000 + index * 200, index % 2 === 0 ? "b" : "c")),
];

/** Pod a, which goes at 10 s after waiting for so long, and is gone at 11 s more. */
const gone = (preStopSeconds: number): readonly Timed[] => [
  [0, pod("a", { preStopSeconds, graceSeconds: 20, probes: ["readiness"] })],
  [0, endpoints(["a", "b", "c"])],
  [10_000, going("a", 10_000, { preStopSeconds })],
  [11_000 + preStopSeconds * 1000, going("a", 10_000, { preStopSeconds, change: "deleted" })],
];

const lost = (sentMs: number, untilMs = 73_060, differs: Parameters<typeof request>[2] = {}) =>
  request(sentMs, untilMs - sentMs, { error: "ECONNRESET", reached: "server", ...differs });

describe("a new connection to the address of a pod that is gone", () => {
  test("is given up 3 s later, together with all that came after it", () => {
    const found = causes(told([...gone(0), ...others, lost(70_000), lost(70_350), lost(72_400)]));
    expect(found.requests).toMatchObject([
      {
        cause: "port-closed",
        certainty: "inferred",
        pod: "a",
        because: "the node sent it to the address of a, which is gone, and gave up after 3.1 s",
      },
      { cause: "port-closed", pod: "a" },
      { cause: "port-closed", pod: "a" },
    ]);
    expect(found.groups[0]).toMatchObject({
      line: expect.stringMatching(/^sent to the address of a pod that is gone, .*; a preStop wait of 2 s covers them$/),
      field: "spec.template.spec.containers[].lifecycle.preStop",
    });
  });

  test("is told beside what a closed port refused, in one line", () => {
    const refused = request(10_400, 1, { error: "ECONNREFUSED" });
    const [group] = causes(told([...gone(0), ...others, refused, lost(70_000)])).groups;
    expect(group?.count).toBe(2);
    expect(group?.line).toMatch(
      /^refused 0\.4 s after a pod .*; 1 sent to the address .*; a preStop wait of 2 s covers them$/,
    );
  });

  test("is told by the client's own system where no proxy is between", () => {
    const one = lost(70_000, 73_070, { error: "EHOSTUNREACH", reached: "nothing" });
    expect(only(told([...gone(0), ...others, one]))).toMatchObject({ cause: "port-closed", pod: "a" });
  });

  test("is told so at once where others have waited for it almost for so long", () => {
    const told3s = { error: "EHOSTUNREACH", reached: "nothing" } as const;
    const { requests } = causes(
      told([...gone(0), ...others, lost(70_000, 73_060, told3s), lost(72_950, 73_060, told3s)]),
    );
    expect(requests.map(({ cause }) => cause)).toEqual(["port-closed", "port-closed"]);
  });

  test("may be left from before the recording, which no field of the manifest covers", () => {
    const found = causes(told([...others, lost(70_000)]));
    expect(found.requests).toMatchObject([{ cause: "port-closed", certainty: "inferred" }]);
    expect(found.requests[0]?.because).toContain("of a pod that went before the recording began");
    expect(found.groups[0]?.cover).toBe("load that begins two minutes after the last change covers it");
    expect(found.groups[0]?.field).toBeUndefined();
  });

  test("is not of a pod that waited until the nodes knew", () => {
    const { because } = only(told([...gone(5), ...others, lost(70_000)]));
    expect(because).toContain("before the recording began");
  });

  test("is not of a pod that drained until the nodes knew", () => {
    const { because } = only(told([...gone(0), ...others, lost(70_000)], { preStopSeconds: 0, drainSeconds: 5 }));
    expect(because).toContain("before the recording began");
  });

  test("is of a former pod where a StatefulSet's has come back under its name", () => {
    const back: readonly Timed[] = [
      [15_000, pod("a", { uid: "uid-again" })],
      [21_000, endpoints(["a", "b", "c"])],
      ...Array.from({ length: 20 }, (_, index) => good(70_010 + index * 100, "a")),
    ];
    const { because } = only(told([...gone(0), ...others, ...back, lost(70_000)]));
    expect(because).toContain("sent it to the address of a former a, which is gone,");
  });

  test("may be the first request of a kept one", () => {
    const first = lost(70_000, 73_060, { connection: "kept", socket: 7 });
    expect(only(told([...gone(0), ...others, first]))).toMatchObject({ cause: "port-closed", pod: "a" });
    const later = lost(70_000, 73_060, { connection: "kept", socket: 7, idleMs: 100 });
    expect(only(told([...gone(0), ...others, later])).cause).not.toBe("port-closed");
  });

  test("is before the end of a pod that was no endpoint any more", () => {
    const stopped = container({ state: "terminated", exitCode: 0 });
    const ends: Timed = [73_100, going("d", 69_000, { containers: [stopped] })];
    const leaves: readonly Timed[] = [
      [0, pod("d")],
      [69_000, going("d", 69_000)],
      [69_050, endpoints(["b", "c"], ["d"])],
    ];
    expect(only(told([...others, ...leaves, ends, lost(70_000)]))).toMatchObject({ cause: "port-closed" });
    const stays: readonly Timed[] = [
      [0, pod("d")],
      [60_000, endpoints(["b", "c", "d"])],
      [70_500, going("d", 70_500)],
      ...Array.from({ length: 20 }, (_, index) => good(70_010 + index * 100, "d")),
    ];
    expect(only(told([...others, ...stays, ends, lost(70_000)]))).toMatchObject({ cause: "cut-in-flight", pod: "d" });
  });
});

describe("a new connection that the client gives up", () => {
  const waited = (sentMs: number, differs: Parameters<typeof request>[2] = {}) =>
    request(sentMs, 5_060, { error: "timeout", reached: "server", ...differs });
  const timedOut = { cause: "port-closed", certainty: "inferred", pod: "a" };

  test("was sent to a pod that is gone, where all others answered and no kept connection waited", () => {
    const found = only(told([...gone(0), ...others, waited(70_000)]));
    expect(found).toMatchObject(timedOut);
    expect(found.because).toBe("the node sent it to the address of a, which is gone, and got no answer for 5.1 s");
    const slow = causes(told([...gone(0), ...others, waited(70_000), waited(71_000, { connection: "kept" })]));
    expect(slow.requests.map(({ cause }) => cause)).toEqual(["unexplained", "unexplained"]);
    const before = causes(told([...gone(0), ...others, waited(69_000, { connection: "kept" }), waited(70_000)]));
    expect(before.requests.map(({ cause }) => cause)).toEqual(["unexplained", "unexplained"]);
  });

  test("was so as well where a kept one had to be opened again", () => {
    const again = waited(71_000, { connection: "kept", reached: "nothing" });
    const { requests } = causes(told([...gone(0), ...others, waited(70_000), again]));
    expect(requests).toMatchObject([timedOut, timedOut]);
  });

  test("is decided soon, however many there are", () => {
    const many = Array.from({ length: 60_000 }, (_, index) => waited(62_000 + index / 5));
    expect(causes(told([...gone(0), ...others, ...many])).groups).toMatchObject([
      { cause: "port-closed", count: 60_000 },
    ]);
  });

  test("may be left from before the recording only where nothing but the node was asked", () => {
    expect(only(told([...others, waited(70_000, { reached: "nothing" })])).because).toContain(
      "before the recording began",
    );
    expect(only(told([...others, waited(70_000)])).cause).toBe("unexplained");
  });
});

describe("no address that is gone is guessed", () => {
  const unexplained = (timed: readonly Timed[], ...starved: Parameters<typeof only>[1][]) =>
    expect(only(told(timed), ...starved).cause).not.toBe("port-closed");

  test("where a server took longer, or not so long", () => {
    unexplained([...gone(0), ...others, lost(70_000, 74_000)]);
    unexplained([...gone(0), ...others, lost(70_000, 72_900)]);
  });

  test("where a connection ended by itself meanwhile, or was refused at once as others were given up", () => {
    const refused = request(73_055, 3, { error: "ECONNRESET", reached: "server" });
    const { requests } = causes(told([...gone(0), ...others, lost(70_000), lost(71_000, 72_000), refused]));
    expect(requests.map(({ cause }) => cause)).toEqual(["port-closed", "unexplained", "unexplained"]);
  });

  test("where the client's own system has no way to the node, which it says sooner", () => {
    unexplained([...gone(0), ...others, lost(70_000, 72_000, { error: "EHOSTUNREACH", reached: "nothing" })]);
  });

  test("where nothing is known of endpoints", () => {
    unexplained([...others.filter(([, { type }]) => type === "request"), lost(70_000)]);
  });

  test("of a pod that never was Ready, or that went later", () => {
    const never = gone(0).map(([atMs, one]): Timed => [atMs, one.type === "pod" ? { ...one, ready: false } : one]);
    const later: readonly Timed[] = [
      [0, pod("a", { preStopSeconds: 0, graceSeconds: 20, probes: ["readiness"] })],
      [75_000, going("a", 75_000, { preStopSeconds: 0 })],
      [76_000, going("a", 75_000, { preStopSeconds: 0, change: "deleted" })],
    ];
    for (const timed of [never, later])
      expect(only(told([...timed, ...others, lost(70_000)])).because).toContain("before the recording began");
  });

  test("where a server gives up after 3 s, also on connections that it had kept", () => {
    const kept = lost(66_000, 69_070, { connection: "kept", socket: 7, idleMs: 40 });
    const found = causes(told([...gone(0), ...others, kept, lost(70_000)]));
    expect(found.requests.map(({ cause }) => cause)).toEqual(["unexplained", "unexplained"]);
  });

  test("where the connection was an old one, or an answer had begun", () => {
    unexplained([...gone(0), ...others, lost(70_000, 73_060, { connection: "kept" })]);
    unexplained([...gone(0), ...others, lost(70_000, 73_060, { reached: "answer" })]);
  });

  test("where a pod of the endpoints answered nobody in the meantime", () => {
    unexplained([...gone(0), ...others, [0, pod("s")], [50_000, endpoints(["b", "c", "s"])], lost(70_000)]);
  });

  test("where a pod of the endpoints answered on kept connections alone, as one without a file descriptor left does", () => {
    const onKept = others.map(([atMs, one]): Timed => {
      const isOfC = one.type === "request" && one.pod === "c";
      return [atMs, isOfC ? { ...one, connection: "kept" } : one];
    });
    unexplained([...gone(0), ...onKept, lost(70_000)]);
    unexplained([...gone(0), ...onKept, request(70_000, 5_060, { error: "timeout", reached: "server" })]);
  });

  test("as a container of an endpoint ends, which cuts off what it has", () => {
    const last = { reason: "OOMKilled", exitCode: 137, startedAtMs: wall(0), finishedAtMs: wall(73_000) };
    const restarts: Timed = [73_900, pod("b", { ready: false, containers: [container({ state: "waiting", last })] })];
    const found = only(told([...gone(0), ...others, restarts, lost(70_000)]));
    expect(found).toMatchObject({ cause: "container-ended", pod: "b" });
  });

  test("on a starved machine, which tells refusals late", () => {
    unexplained(
      [...gone(0), ...others, lost(70_000)],
      [{ fromMs: 69_000, untilMs: 75_000, why: "others took the CPU", eventIds: [] }],
    );
  });

  test("two minutes after the last pod went", () => {
    const later = (timed: readonly Timed[]): Timed[] =>
      timed.map(([atMs, happening]) => [
        atMs + 100_000,
        happening.type === "request"
          ? { ...happening, sentMs: happening.sentMs + 100_000, dueMs: happening.dueMs + 100_000 }
          : happening,
      ]);
    const [first, ...answers] = [lost(70_000), ...others.slice(3)];
    unexplained([...gone(0), ...others.slice(0, 3), ...later([...answers, ...(first ? [first] : [])])]);
  });
});

import { describe, expect, test } from "vitest";
import { choose } from "../../plan/pod-ranking.ts";
import { livePod } from "./support/live.ts";
import { timingOf } from "./support/ours.ts";

const pods = (...list: ReturnType<typeof livePod>[]) => list;
const names = (list: readonly { metadata?: { name?: string } }[]) => list.map(({ metadata }) => metadata?.name);

describe("of a ReplicaSet's pods go first", () => {
  const plain = livePod("plain", {});

  test.each([
    ["those without a node", livePod("first", {}, { node: null })],
    ["pending ones", livePod("first", {}, { phase: "Pending" })],
    ["those that are not ready", livePod("first", {}, { ready: false })],
    [
      "those of a lower deletion cost",
      livePod("first", { metadata: { annotations: { "controller.kubernetes.io/pod-deletion-cost": "-1" } } }),
    ],
  ])("%s", (_, first) => {
    const choice = choose(pods(plain, first), 1);
    expect(names(choice.going)).toEqual(["first"]);
    expect(names(choice.staying)).toEqual(["plain"]);
    expect(choice.undecided.goes).toBe(0);
  });

  test("those on a node with more of them", () => {
    const [one, two, other] = [livePod("one", {}), livePod("two", {}), livePod("other", {}, { node: "second" })];
    const choice = choose(pods(one, two, other), 1);
    expect(choice.undecided).toEqual({ goes: 1, among: [one, two] });
    expect(choice.staying).toEqual([other]);
  });
});

test("among equals nothing is certain, but those before and behind them are", () => {
  const waiting = livePod("waiting", {}, { ready: false });
  const [a, b, c] = [livePod("a", {}), livePod("b", {}), livePod("c", {})];
  const choice = choose(pods(a, waiting, b, c), 2);
  expect(choice).toEqual({ going: [waiting], staying: [], undecided: { goes: 1, among: [a, b, c] } });
});

test("all or none go for certain", () => {
  const [a, b] = [livePod("a", {}), livePod("b", {})];
  expect(choose(pods(a, b), 2)).toMatchObject({ going: [a, b], staying: [], undecided: { goes: 0 } });
  expect(choose(pods(a, b), 0)).toMatchObject({ going: [], staying: [a, b], undecided: { goes: 0 } });
});

describe("a pod takes", () => {
  const probe = { periodSeconds: 2, timeoutSeconds: 1 };

  test("its delays and each probe's period and timeout to get ready", () => {
    const template = {
      spec: {
        containers: [
          {
            name: "c",
            imagePullPolicy: "Never",
            env: [{ name: "FAULT_START_DELAY_MS", value: "20000" }],
            startupProbe: { ...probe, failureThreshold: 30 },
            readinessProbe: { ...probe, initialDelaySeconds: 5, successThreshold: 2 },
          },
        ],
      },
    };
    // Delay 20 s (longer than the initial one), one more success 2 s, container 0.5 s to 10 s, two probes 3 s each.
    expect(timingOf(template).startMs).toEqual({ least: 22_500, most: 38_000 });
  });

  test("longer when its image may have to be pulled", () => {
    const spec = (imagePullPolicy: string) => ({ spec: { containers: [{ name: "c", imagePullPolicy }] } });
    expect(timingOf(spec("Always")).startMs.most).toBe(timingOf(spec("Never")).startMs.most + 30_000);
  });

  test("its preStop sleep and drain to stop, at most its grace period and the removal", () => {
    const container = {
      name: "c",
      env: [{ name: "DRAIN_MS", value: "3000" }],
      lifecycle: { preStop: { sleep: { seconds: 5 } } },
    };
    const stopMs = (terminationGracePeriodSeconds?: number) =>
      timingOf({
        spec: { containers: [container], ...(terminationGracePeriodSeconds && { terminationGracePeriodSeconds }) },
      }).stopMs;
    expect(stopMs(20)).toEqual({ least: 8_000, most: 23_000 });
    expect(stopMs(6)).toEqual({ least: 6_000, most: 9_000 });
    expect(stopMs()).toEqual({ least: 8_000, most: 33_000 });
  });

  test("for ever when it starts later than its startup probe waits", () => {
    const late = (value: string) =>
      timingOf({
        spec: {
          containers: [
            {
              name: "c",
              env: [{ name: "FAULT_START_DELAY_MS", value }],
              startupProbe: { periodSeconds: 1, failureThreshold: 30 },
            },
          ],
        },
      }).neverReady;
    expect(late("30000")).toBeUndefined();
    expect(late("31000")).toBe("it starts after 31 s, but its startup probe gives up after 30 s");
  });
});

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Transport } from "../../../observer/api-server.ts";
import type { Happening } from "../../../observer/events.ts";
import { watchCluster } from "../../../observer/watch/cluster.ts";
import { ApiServer } from "../support/api-server.ts";
import { type TurnedClock, turnedClock } from "../support/turned-clock.ts";

const selector = { "app.kubernetes.io/instance": "rolling" };
const target = { namespace: "lab", of: { selector }, services: ["online-inference"] };
const pods = "/api/v1/namespaces/lab/pods";
const events = "/api/v1/namespaces/lab/events";
const deployments = "/apis/apps/v1/namespaces/lab/deployments";
const ofRolling = "?labelSelector=app.kubernetes.io%2Finstance%3Drolling";
const START_MS = 10_000;

let server: ApiServer;
let hands: TurnedClock;
let happened: Happening[];
let controller: AbortController;

beforeEach(() => {
  server = new ApiServer();
  hands = turnedClock(START_MS);
  happened = [];
  controller = new AbortController();
});
afterEach(() => controller.abort());

const recorder = {
  nowMs: () => hands.clock.monotonicMs() - START_MS,
  record: (happening: Happening) => {
    happened.push(happening);
    return { id: 0, atMs: 0, wallMs: 0, ...happening };
  },
};
const start = (transport: Transport = server.transport) =>
  watchCluster({ transport, target, clock: hands.clock, recorder, signal: controller.signal });
const until = (ms: number) => hands.turnTo(START_MS + ms);
const told = () =>
  happened.map((one) => {
    if (one.type === "gap") return `gap ${one.source} ${one.fromMs}-${one.untilMs} ${one.why}`;
    return one.type === "pod" ? `${one.change} ${one.name}@${one.resourceVersion}` : one.type;
  });
const askedOf = (path: string) =>
  server.asked
    .filter((one) => one.split(/[ ?]/)[1] === path)
    .map((one) => one.replace(path, "").replace(ofRolling, ""));

describe("watching", () => {
  test("lists what is of the experiment, then watches from the list's version", async () => {
    server.put(pods, "a");
    await start();
    await hands.settle();
    expect(server.asked.filter((one) => one.startsWith("list")).sort()).toEqual([
      "list /api/v1/namespaces/lab/events",
      `list /api/v1/namespaces/lab/pods${ofRolling}`,
      `list /apis/apps/v1/namespaces/lab/deployments${ofRolling}`,
      `list /apis/apps/v1/namespaces/lab/replicasets${ofRolling}`,
      "list /apis/discovery.k8s.io/v1/namespaces/lab/endpointslices?labelSelector=kubernetes.io%2Fservice-name%3Donline-inference",
    ]);
    expect(server.asked).toContain(`watch ${pods} from 41`);
    server.put(pods, "b");
    server.put(pods, "b");
    server.bookmark();
    server.remove(pods, "b");
    expect(told()).toEqual(["listed a@41", "added b@42", "modified b@43", "deleted b@49"]);
  });

  test("asks of every kind for what the watch is held against, by the same labels", async () => {
    await start();
    await until(3_000);
    const lists = server.asked.filter((one) => one.startsWith("list"));
    expect(server.asked.filter((one) => one.startsWith("prove")).sort()).toEqual(
      lists.map((one) => one.replace("list", "prove")).sort(),
    );
  });

  test("comes back from the last version, bookmarks included", async () => {
    await start();
    await hands.settle();
    server.put(pods, "a");
    server.bookmark();
    server.endWatches(new DOMException("timeout", "TimeoutError"));
    server.put(pods, "b");
    await until(100);
    expect(askedOf(pods)).toEqual(["list ", "watch  from 40", "watch  from 42"]);
    expect(told()).toEqual(["added a@41", expect.stringMatching(/^added b@/)]);
  });

  test("waits longer and longer for a server that refuses, and comes back as soon as it answers", async () => {
    await start();
    await until(2_000);
    server.refusal = new Error("ECONNREFUSED");
    server.endWatches(new Error("reset"));
    const asked: number[] = [];
    const { watch } = server.transport;
    const counted: Transport["watch"] = (path, ...others) => {
      if (path === pods) asked.push(recorder.nowMs());
      return watch(path, ...others);
    };
    Object.assign(server.transport, { watch: counted });
    await until(5_800);
    server.refusal = undefined;
    await until(9_000);
    expect(asked).toEqual([2_000, 2_250, 2_750, 3_750, 5_750, 6_000]);
    expect(told().filter((one) => one.startsWith("gap pods"))).toEqual(["gap pods 0-6000 ECONNREFUSED"]);
  });

  test("records gaps of each source, and that what was told within came late", async () => {
    await start();
    await until(1_000);
    server.freeze();
    server.put(pods, "a");
    server.put(deployments, "web");
    await until(21_000);
    server.thaw();
    await until(30_000);
    expect(told().slice(0, 2)).toEqual(["added a@41", "owner"]);
    const gaps = happened.filter((one) => one.type === "gap");
    expect(gaps.map(({ source }) => source).sort()).toEqual([
      "endpoints",
      "kubernetes-events",
      "owners",
      "owners",
      "pods",
    ]);
    for (const gap of gaps) expect(gap).toMatchObject({ fromMs: 0, toldLate: true, why: "no answer within 2 s" });
    for (const gap of gaps) expect(gap.untilMs).toBeGreaterThanOrEqual(21_000);
  });

  test.each([
    ["within the watch", 400, () => server.expire(pods)],
    [
      "before it",
      650,
      () => {
        const { watch } = server.transport;
        const refuse: Transport["watch"] = async (_path, _query, _onEvent, onEnd) => {
          Object.assign(server.transport, { watch });
          onEnd(Object.assign(new Error("too old"), { statusCode: 410 }));
          return { stop: () => {} };
        };
        Object.assign(server.transport, { watch: refuse });
        server.endWatches();
      },
    ],
  ])(
    "lists anew after a 410 %s, and says since when something may have been missed",
    async (_where, untilMs, expire) => {
      server.put(pods, "a");
      server.put(pods, "b");
      await start();
      await until(300);
      server.hold();
      server.remove(pods, "a");
      server.put(pods, "c");
      await until(400);
      expire();
      await until(700);
      expect(told()).toEqual([
        "listed a@41",
        "listed b@42",
        "deleted a@41",
        "listed b@42",
        "listed c@44",
        `gap pods 0-${untilMs} version expired (410): too old; listed anew`,
      ]);
    },
  );

  test("ends when told to", async () => {
    const { done } = await start();
    await until(2_000);
    controller.abort();
    await done;
    server.put(pods, "late");
    expect(told()).toEqual([]);
  });

  test("fails when the cluster refuses the first list", async () => {
    const forbidden: Transport = {
      ...server.transport,
      request: async () => ({ status: 403, headers: new Headers(), text: '{"message":"pods is forbidden"}' }),
    };
    await expect(start(forbidden)).rejects.toMatchObject({
      name: "ApiError",
      statusCode: 403,
      message: expect.stringMatching(/forbidden/),
    });
  });

  test("tells of Kubernetes' events that come while it watches, each once, and of none from before", async () => {
    server.put(events, "old");
    await start();
    await hands.settle();
    server.put(events, "new");
    server.expire(events);
    server.put(events, "missed");
    await until(1_000);
    expect(told()).toEqual([
      "kubernetes-event",
      "kubernetes-event",
      expect.stringMatching(/^gap kubernetes-events.*410/),
    ]);
  });
});

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Happening } from "../../rollout/events.ts";
import { watchCluster } from "../../rollout/watch.ts";
import type { RawList, RawObject, Transport } from "../../rollout/watch-transport.ts";

/** One watch that the follower asked for: the test is its server. */
type Asked = {
  readonly path: string;
  readonly version: string;
  readonly send: (type: string, object: RawObject) => void;
  readonly end: (error?: unknown) => void;
  stopped: boolean;
};

const selector = { "app.kubernetes.io/instance": "rolling" };
const target = { namespace: "lab", selector, service: "online-inference" };
const podsPath = "/api/v1/namespaces/lab/pods";

let lists: Map<string, RawList>;
let refusal: unknown;
let asked: Asked[];
let arrivals: (() => void)[];
let listed: string[];
let now: number;
let happened: Happening[];
let sleeps: number[];
let controller: AbortController;

beforeEach(() => {
  lists = new Map();
  refusal = undefined;
  asked = [];
  arrivals = [];
  listed = [];
  now = 10_000;
  happened = [];
  sleeps = [];
  controller = new AbortController();
});
afterEach(() => controller.abort());

const transport: Transport = {
  request: async (_method, path) => {
    listed.push(path);
    const list = lists.get(path.split("?")[0] ?? "") ?? { metadata: { resourceVersion: "5" }, items: [] };
    return { status: 200, headers: new Headers(), text: JSON.stringify(list) };
  },
  watch: async (path, query, onEvent, onEnd) => {
    const watch: Asked = { path, version: String(query.resourceVersion), send: onEvent, end: onEnd, stopped: false };
    asked.push(watch);
    if (refusal) onEnd(refusal);
    for (const arrived of arrivals) arrived();
    return {
      stop: () => {
        watch.stopped = true;
      },
    };
  },
};

const clock = {
  monotonicMs: () => now,
  sleep: async (ms: number) => {
    sleeps.push(ms);
    now += ms;
  },
};
const recorder = {
  nowMs: () => now - 10_000,
  record: (happening: Happening) => {
    happened.push(happening);
    return { id: 0, atMs: 0, wallMs: 0, ...happening };
  },
};

const start = () => watchCluster({ transport, target, clock, recorder, signal: controller.signal });

/** The nth watch of a path, as soon as it is asked for. */
async function watchOf(path: string, nth = 1): Promise<Asked> {
  for (;;) {
    const found = asked.filter((watch) => watch.path === path)[nth - 1];
    if (found) return found;
    const { promise, resolve } = Promise.withResolvers<void>();
    arrivals.push(resolve);
    await promise;
  }
}

const pod = (name: string, resourceVersion: string, more: object = {}): RawObject => ({
  metadata: {
    name,
    uid: `uid-${name}`,
    resourceVersion,
    creationTimestamp: "2026-03-14T09:30:00Z",
    labels: { "app.kubernetes.io/version": "v1" },
    ...more,
  } as RawObject["metadata"],
});
const bookmark = (resourceVersion: string) => pod("", resourceVersion);

const told = () =>
  happened.map((one) => {
    if (one.type === "gap") return `gap ${one.source} ${one.fromMs}-${one.untilMs} ${one.why}`;
    return one.type === "pod" ? `${one.change} ${one.name}@${one.resourceVersion}` : one.type;
  });

describe("watching", () => {
  test("lists what is of the experiment, then watches from the list's version", async () => {
    lists.set(podsPath, { metadata: { resourceVersion: "41" }, items: [pod("a", "40")] });
    await start();
    expect(listed.sort()).toEqual([
      "/api/v1/namespaces/lab/events",
      "/api/v1/namespaces/lab/pods?labelSelector=app.kubernetes.io%2Finstance%3Drolling",
      "/apis/apps/v1/namespaces/lab/deployments?labelSelector=app.kubernetes.io%2Finstance%3Drolling",
      "/apis/apps/v1/namespaces/lab/replicasets?labelSelector=app.kubernetes.io%2Finstance%3Drolling",
      "/apis/discovery.k8s.io/v1/namespaces/lab/endpointslices?labelSelector=kubernetes.io%2Fservice-name%3Donline-inference",
    ]);
    const watch = await watchOf(podsPath);
    expect(watch.version).toBe("41");
    watch.send("ADDED", pod("b", "42"));
    watch.send("MODIFIED", pod("b", "43"));
    watch.send("BOOKMARK", bookmark("50"));
    watch.send("DELETED", pod("b", "51"));
    expect(told()).toEqual(["listed a@40", "added b@42", "modified b@43", "deleted b@51"]);
  });

  test("comes back from the last version, bookmarks included, and calls no gap what it comes back from at once", async () => {
    await start();
    const first = await watchOf(podsPath);
    first.send("ADDED", pod("a", "7"));
    first.send("BOOKMARK", bookmark("19"));
    first.end(new DOMException("timeout", "TimeoutError"));
    const second = await watchOf(podsPath, 2);
    expect(second.version).toBe("19");
    expect(first.stopped).toBe(true);
    first.send("ADDED", pod("late", "8"));
    second.send("MODIFIED", pod("a", "20"));
    expect(told()).toEqual(["added a@7", "modified a@20"]);
    expect(listed.filter((path) => path.startsWith(podsPath))).toHaveLength(1);
  });

  test("calls it a gap when it was away for longer: what it tells then is late", async () => {
    await start();
    refusal = new Error("ECONNREFUSED");
    (await watchOf(podsPath)).end(new Error("reset"));
    await watchOf(podsPath, 4);
    refusal = undefined;
    const back = await watchOf(podsPath, 5);
    await Promise.resolve();
    back.send("MODIFIED", pod("a", "9"));
    const [gap, ...rest] = told();
    expect(gap).toMatch(/^gap pods 0-\d+ ECONNREFUSED$/);
    expect(rest).toEqual(["modified a@9"]);
    expect(sleeps.slice(0, 4)).toEqual([0, 250, 500, 1000]);
  });

  test.each([
    ["within the watch", (watch: Asked) => watch.send("ERROR", { code: 410, message: "too old" } as never)],
    ["before it", (watch: Asked) => watch.end(Object.assign(new Error("too old"), { statusCode: 410 }))],
  ])("lists anew after a 410 %s, and says what may have been missed", async (_where, expire) => {
    lists.set(podsPath, { metadata: { resourceVersion: "41" }, items: [pod("a", "40"), pod("b", "39")] });
    await start();
    const first = await watchOf(podsPath);
    now += 300;
    lists.set(podsPath, { metadata: { resourceVersion: "90" }, items: [pod("b", "39"), pod("c", "88")] });
    expire(first);
    expect((await watchOf(podsPath, 2)).version).toBe("90");
    expect(told()).toEqual([
      "listed a@40",
      "listed b@39",
      "gap pods 300-300 version expired (410): too old; listed anew",
      "deleted a@40",
      "listed b@39",
      "listed c@88",
    ]);
  });

  test("ends when told to, with a gap when it was away", async () => {
    const { done } = await start();
    const watches = await Promise.all(
      ["deployments", "replicasets"].map((kind) => watchOf(`/apis/apps/v1/namespaces/lab/${kind}`)),
    );
    await watchOf(podsPath);
    await watchOf("/api/v1/namespaces/lab/events");
    await watchOf("/apis/discovery.k8s.io/v1/namespaces/lab/endpointslices");
    controller.abort();
    await done;
    expect(watches.map(({ stopped }) => stopped)).toEqual([true, true]);
    expect(told()).toEqual([]);
  });

  test("fails when the cluster refuses the first list", async () => {
    const forbidden: Transport = {
      ...transport,
      request: async () => ({ status: 403, headers: new Headers(), text: '{"message":"pods is forbidden"}' }),
    };
    await expect(
      watchCluster({ transport: forbidden, target, clock, recorder, signal: controller.signal }),
    ).rejects.toMatchObject({ name: "ApiError", statusCode: 403, message: expect.stringMatching(/forbidden/) });
  });

  test("tells of Kubernetes' events that come while it watches, each once, and of none from before", async () => {
    const path = "/api/v1/namespaces/lab/events";
    lists.set(path, { metadata: { resourceVersion: "3" }, items: [pod("old", "2")] });
    await start();
    const first = await watchOf(path);
    first.send("ADDED", pod("new", "4"));
    lists.set(path, {
      metadata: { resourceVersion: "9" },
      items: [pod("old", "2"), pod("new", "4"), pod("missed", "8")],
    });
    first.send("ERROR", { code: 410 } as never);
    await watchOf(path, 2);
    expect(told()).toEqual(["kubernetes-event", expect.stringMatching(/^gap kubernetes-events/), "kubernetes-event"]);
  });
});

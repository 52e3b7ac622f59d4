import type { V1Secret } from "@kubernetes/client-node";
import { beforeEach, describe, expect, test } from "vitest";
import type { StreamingTransport } from "../../../observer/api-server.ts";
import type { Happening } from "../../../observer/events.ts";
import { modelExchange } from "../../../observer/load/exchange.ts";
import { type ClusterLoadOptions, startClusterLoad } from "../../../observer/load/in-cluster.ts";
import type { LoadHappening } from "../../../observer/load/job-log.ts";
import { LOAD_NAME } from "../../../observer/load/name.ts";
import type { LoadTarget } from "../../../observer/load/target.ts";

// An API server of one namespace; its pod runs at once unless the test says otherwise.
let asked: string[];
let happened: Happening[];
let created: Map<string, object>;
let containerState: object | undefined;
let refusal: string | undefined;
/** Whether the API server lets nobody delete anything. */
let keepsAll: boolean;
/** What load told that it could not remove. */
let left: string[];
let write: (happening: LoadHappening) => void;
let endLog: () => void;
let pods: number;
let ended: Set<number>;
/** Whether a pod whose load has ended stays, because the proxy beside it runs on. */
let outlived: boolean;

const json = (value: object, status = 200) => ({ status, headers: new Headers(), text: JSON.stringify(value) });
const notFound = json({ message: "not found" }, 404);

function answer(method: string, path: string, body?: object) {
  const [place = ""] = path.split("?");
  const kind = place.split("/").at(method === "POST" ? -1 : -2) ?? "";
  if (path === "/version") return json({});
  if (method === "POST") {
    created.set(kind, body ?? {});
    if (kind === "jobs") pods += 1;
    return json({ metadata: { uid: "u" } }, 201);
  }
  if (method === "DELETE") {
    if (keepsAll) return json({ message: "no" }, 403);
    if (kind === "pods") {
      write({ type: "load-ended", sent: 1 });
      endLog();
    }
    return created.delete(kind) ? json({}) : notFound;
  }
  if (place.endsWith("/services/app")) return json({ spec: { ports: [{ port: 80, nodePort: 30050 }] } });
  if (place.endsWith("/events")) return json({ items: refusal === undefined ? [] : [{ message: refusal }] });
  if (path.includes("controller-uid")) {
    return json({ items: refusal === undefined ? [podNow()] : [] });
  }
  if (path.includes("job-name")) return json({ items: [] });
  if (outlived && place.endsWith(`/pods/load-${pods}`)) {
    return json(ended.has(pods) ? podNow({ terminated: { exitCode: 137 } }) : podNow());
  }
  if (place.endsWith("/pods")) {
    return json({ items: [{ metadata: {}, spec, status: { conditions: [{ type: "Ready", status: "True" }] } }] });
  }
  return created.has(kind) ? json({}) : notFound;
}

const spec = { containers: [{ name: "app", image: "app:1" }] };
/** A mesh has put its proxy into the pod. The kubelet sorts containers by name. */
const podNow = (state = containerState) => ({
  metadata: { name: `load-${pods}` },
  status: {
    phase: "Running",
    containerStatuses: [
      { name: "istio-proxy", state: { running: {} } },
      { name: LOAD_NAME, state },
    ],
  },
});

const transport: Pick<StreamingTransport, "request" | "stream"> = {
  request: async (method, path, _signal, body) => {
    if (method !== "GET") asked.push(`${method} ${path.replace(/^.*\/lab\//, "")}`);
    return { ...answer(method, path, body), headers: new Headers({ date: new Date(5_000_000).toUTCString() }) };
  },
  async *stream() {
    if (ended.has(pods)) return;
    let seq = 0;
    const waiting: string[] = [];
    let wake = () => {};
    let isOver = false;
    write = (happening) => {
      seq += 1;
      waiting.push(`${JSON.stringify({ seq, writtenMs: 5_000_000 + 10 * pods + seq, happening })}\n`);
      wake();
    };
    endLog = () => {
      isOver = true;
      ended.add(pods);
      wake();
    };
    write({ type: "load-started", url: "http://10.0.0.7:30050/predict", ratePerSecond: 10, from: "cluster" });
    while (!isOver || waiting.length > 0) {
      const next = waiting.shift();
      if (next !== undefined) yield next;
      else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  },
};

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
const clock = {
  monotonicMs: () => 0,
  wallMs: () => 5_000_500,
  // A sleep of more than 5 s lasts until it is aborted; a shorter one ends at once.
  sleep: (ms: number, signal?: AbortSignal) =>
    ms > 5_000 ? new Promise<void>((resolve) => signal?.addEventListener("abort", () => resolve())) : settle(),
};
const recorder = {
  nowMs: () => 1_500,
  record: (happening: Happening) => {
    happened.push(happening);
    return { id: 0, atMs: 0, wallMs: 0, ...happening };
  },
};

beforeEach(() => {
  asked = [];
  happened = [];
  created = new Map();
  containerState = { running: {} };
  refusal = undefined;
  keepsAll = false;
  left = [];
  pods = 0;
  ended = new Set();
  outlived = false;
});

const start = (
  signal = new AbortController().signal,
  given: Partial<LoadTarget> = {},
  bound: Pick<ClusterLoadOptions, "longestMs" | "dateMs"> = {},
) =>
  startClusterLoad({
    transport,
    target: {
      namespace: "lab",
      instance: "dev",
      selector: { app: "x" },
      service: "app",
      port: 80,
      path: "/predict",
      ...given,
    },
    ratePerSecond: 10,
    exchange: modelExchange({ bodies: ["{}"], releases: {} }),
    program: "0;",
    clock,
    recorder,
    signal,
    onLeft: (why) => left.push(why),
    ...bound,
  });

const request = { type: "request", dueMs: 5_000_100, sentMs: 5_000_101, latencyMs: 3, connection: "kept" } as const;
const told = () => happened.filter(({ type }) => type !== "clock");

describe("load from the cluster", () => {
  test("records what its pod tells, ends the pod first, and leaves nothing", async () => {
    const load = await start();
    write(request);
    await settle();
    expect(await load.stop()).toBe(1);
    expect(told()).toEqual([
      { type: "load-started", url: "http://10.0.0.7:30050/predict", ratePerSecond: 10, from: "cluster" },
      { ...request, dueMs: 1_100, sentMs: 1_101 },
      { type: "load-ended", sent: 1 },
    ]);
    expect(asked).toEqual([
      "DELETE jobs/online-inference-load?propagationPolicy=Background",
      "DELETE secrets/online-inference-load",
      "DELETE configmaps/online-inference-load",
      "POST jobs",
      "POST secrets",
      "POST configmaps",
      "DELETE pods/load-1?gracePeriodSeconds=40",
      "DELETE jobs/online-inference-load?propagationPolicy=Background",
      "DELETE secrets/online-inference-load",
      "DELETE configmaps/online-inference-load",
    ]);
    expect(created.size).toBe(0);
  });

  test("has its Job own what belongs to it, so that all of it goes with the Job", async () => {
    const load = await start();
    const ownerReferences = [{ apiVersion: "batch/v1", kind: "Job", name: "online-inference-load", uid: "u" }];
    for (const kind of ["secrets", "configmaps"]) {
      expect(created.get(kind)).toMatchObject({ metadata: { ownerReferences } });
    }
    await load.stop();
  });

  test("needs neither NodePort nor pod where URL and image are given", async () => {
    const load = await start(undefined, { port: 81, url: "http://web.lab.svc:81/", image: "node:24" });
    expect(created.get("jobs")).toMatchObject({ spec: { template: { spec: { containers: [{ image: "node:24" }] } } } });
    expect(JSON.stringify(created.get("secrets"))).toContain("http://web.lab.svc:81/");
    await load.stop();
  });

  test.each([
    ["is gone", false],
    ["has only its proxy left", true],
  ])("goes on with another pod when the first %s, with a gap between them", async (_, isOutlived) => {
    outlived = isOutlived;
    const load = await start();
    write({ type: "load-ended", sent: 0 });
    endLog();
    while (!happened.some(({ type }) => type === "gap")) await settle();
    expect(pods).toBe(2);
    await load.stop();
    expect(told().map(({ type }) => type)).toEqual(["load-started", "gap", "load-ended"]);
    expect(happened.find(({ type }) => type === "gap")).toMatchObject({
      source: "load",
      fromMs: 1_012,
      untilMs: 1_021,
    });
  });

  test("leaves another pod only what is left of its bound, by a clock that counts a sleep of this machine", async () => {
    let date = 0;
    const longest = () => {
      const { stringData } = created.get("secrets") as V1Secret;
      return JSON.parse(stringData?.["order.json"] ?? "").longestMs;
    };
    const load = await start(undefined, {}, { longestMs: 10_000, dateMs: () => date });
    expect(longest()).toBe(10_000);
    date = 4_000;
    endLog();
    while (!happened.some(({ type }) => type === "gap")) await settle();
    expect(longest()).toBe(6_000);
    expect(created.get("jobs")).toMatchObject({ spec: { activeDeadlineSeconds: 306 } });
    date = 10_000;
    endLog();
    for (let turns = 0; turns < 100; turns += 1) await settle();
    expect(pods).toBe(2);
    await load.stop();
    expect(created.size).toBe(0);
    expect(told().at(-1)).toEqual({ type: "load-ended", sent: 0 });
  });

  test.each([
    [
      "a pull",
      { waiting: { reason: "ImagePullBackOff", message: "no such image" } },
      "ImagePullBackOff: no such image",
    ],
    ["an end", { terminated: { exitCode: 1, reason: "Error" } }, "its container ended with exit code 1 (Error)"],
  ])("says that %s keeps the pod from running, and leaves nothing", async (_what, state, why) => {
    containerState = state;
    await expect(start()).rejects.toThrow(`the Job online-inference-load in namespace lab cannot run: ${why}`);
    expect(created.size).toBe(0);
  });

  test("says what refuses its pod", async () => {
    refusal = 'pods "load" is forbidden: violates PodSecurity "restricted:latest"';
    await expect(start()).rejects.toThrow(`cannot run: ${refusal}`);
    expect(created.size).toBe(0);
  });

  test("that is interrupted before it runs sends nothing, and leaves nothing", async () => {
    containerState = { waiting: { reason: "ContainerCreating" } };
    const controller = new AbortController();
    const starting = start(controller.signal);
    while (!created.has("jobs")) await settle();
    controller.abort();
    expect(await (await starting).stop()).toBe(0);
    expect(told()).toEqual([]);
    expect(created.size).toBe(0);
  });

  test("tells what it could not remove at its end, and records it", async () => {
    const load = await start();
    endLog();
    keepsAll = true;
    await load.stop();
    const why = expect.stringContaining("load: the API server refused to delete");
    expect(left).toEqual([why]);
    expect(told()).toContainEqual({ type: "engine", kind: "diagnostic", severity: "warning", message: why });
  });

  test("tells what it could not remove of a start that failed, but nothing where it created nothing", async () => {
    containerState = { waiting: { reason: "ContainerCreating" } };
    const controller = new AbortController();
    const starting = start(controller.signal);
    while (!created.has("configmaps")) await settle();
    keepsAll = true;
    controller.abort();
    await (await starting).stop();
    expect(left).toEqual([expect.stringContaining("refused to delete")]);
    left = [];
    await expect(start()).rejects.toThrow("refused to delete");
    expect(left).toEqual([]);
  });
});

import { describe, expect, test } from "vitest";
import type { WatchedWorkload } from "../../../cli/watch/find-target.ts";
import {
  type ChangePlan,
  graceOf,
  patienceOf,
  planChange,
  readLive,
  timeOf,
  whyNoPlan,
} from "../../../cli/watch/prediction.ts";
import { kubeApi, namespaceOf } from "../support/kube-api.ts";

const { workload, pod, service } = namespaceOf("shop");
const app = { app: "db" };
const of = (revision: string) => ({ ...app, "controller-revision-hash": revision });
const SETS = "/apis/apps/v1/namespaces/shop/statefulsets";

/** A StatefulSet of two pods, as the API server has it; `image` and `generation` are what a change gives it. */
function statefulSet(image: string, generation: number, annotations = {}): Record<string, object> {
  const [path = "", made = {}] = Object.entries(workload("StatefulSet", "db", app))[0] ?? [];
  const template = { metadata: { labels: app, annotations }, spec: { containers: [{ name: "db", image }] } };
  return {
    [path]: {
      ...made,
      metadata: { name: "db", namespace: "shop", uid: "StatefulSet/db", generation },
      spec: { replicas: 2, selector: { matchLabels: app }, template },
      status: { observedGeneration: 1, availableReplicas: 2, currentRevision: "db-1", updateRevision: "db-1" },
    },
  };
}
const ofSet = { kind: "StatefulSet", name: "db" } as const;
const podsOfSet = { ...pod("db-0", of("db-1"), ofSet), ...pod("db-1", of("db-1"), ofSet) };
const before = { ...statefulSet("web:1", 1, { team: "a" }), ...podsOfSet, ...service("db", app) };

async function planned(after: Record<string, object>) {
  const live = await readLive({ ...kubeApi(before), namespace: "shop" }, [ofSet], []);
  return planChange({ ...kubeApi({ ...before, ...after }), namespace: "shop" }, [ofSet], live);
}

describe("the plan of a watched StatefulSet", () => {
  test("is a rollout of the pods that run, whose time includes that of stopping them", async () => {
    const [plan, ...more] = await planned(statefulSet("web:2", 2));
    expect(more).toEqual([]);
    expect(plan?.planned).toMatchObject({
      workload: "StatefulSet/db",
      change: "roll",
      replaced: ["db-0", "db-1"],
      minReady: 1,
      maxPods: 2,
    });
    const GRACE_MS = 30_000;
    expect(timeOf(plan ? [plan] : [])?.mostMs).toBeGreaterThan(2 * GRACE_MS);
  });

  test("is a rollout where the change only took an annotation out of the template", async () => {
    const [plan] = await planned(statefulSet("web:1", 2));
    expect(plan?.planned).toMatchObject({ change: "roll", replaced: ["db-0", "db-1"] });
  });

  test("is none where a pod was evicted, or where nothing changed", async () => {
    const evicted = pod("db-1", of("db-1"), ofSet, false);
    expect(await planned(evicted)).toEqual([]);
    expect(await planned({})).toEqual([]);
  });
});

/** An API server that answers so to everything. */
const answering = (status: number) => ({
  transport: { request: async () => ({ status, headers: new Headers(), text: '{"message":"no"}' }) },
  namespace: "shop",
});

test.each([
  [403, /^what runs in the namespace may not be read whole, so there is no plan \(see --print-rbac\)$/],
  [500, /^there is no plan of the change: GET \/api.*: no$/],
])("the answer %d is told as what it is where nothing can be planned", async (status, words) => {
  const why = await readLive(answering(status), [ofSet], []).catch(whyNoPlan);
  expect(why).toMatch(words);
});

test("a silence of the API server is no missing right", () => {
  expect(whyNoPlan(new DOMException("too late", "TimeoutError"))).toBe("there is no plan of the change: too late");
});

test("a workload that is gone has no plan, and one of which the API server does not tell is none that is gone", async () => {
  const live = await readLive({ ...kubeApi(before), namespace: "shop" }, [ofSet], []);
  expect(await planChange(answering(404), [ofSet], live)).toEqual([]);
  await expect(planChange(answering(500), [ofSet], live)).rejects.toMatchObject({ statusCode: 500 });
});

test("who watches a Deployment alone does not need the right to list StatefulSets", async () => {
  const api = { ...kubeApi(before, [SETS]), namespace: "shop" };
  expect(await readLive(api, [{ kind: "Deployment", name: "web" }], [])).toMatchObject({ statefulSets: [] });
});

/** Deployment web of an image, with the fields of its spec and of its pods that matter; one that has run has a ReplicaSet and pods. */
function deployment(replicas: number, image: string, { container = {}, pod: podSpec = {}, ...spec }: Given = {}) {
  const [path = "", made = {}] = Object.entries(workload("Deployment", "web", WEB))[0] ?? [];
  const template = {
    metadata: { labels: WEB },
    spec: { ...podSpec, containers: [{ name: "web", image, ...container }] },
  };
  const generation = image === "web:1" ? 1 : 2;
  const metadata = { name: "web", namespace: "shop", uid: "Deployment/web", generation };
  return {
    [path]: {
      ...made,
      apiVersion: "apps/v1",
      metadata,
      spec: { replicas, selector: { matchLabels: WEB }, template, ...spec },
    },
  };
}
type Given = { readonly container?: object; readonly pod?: object; readonly strategy?: object };
const WEB = { app: "web" };
const WEB_SET = { kind: "ReplicaSet", name: "web-7f" } as const;
const ofWeb = { ...WEB, "pod-template-hash": "7f" };

/** How long the rollout of a new image may take: of so many pods, which all run before. */
async function rolledWithin(replicas: number, given: Given = {}) {
  const [[path = "", set = {}] = []] = Object.entries(
    workload("ReplicaSet", "web-7f", ofWeb, { kind: "Deployment", name: "web" }),
  );
  const template = {
    ...Object.values(deployment(replicas, "web:1", given))[0]?.spec.template,
    metadata: { labels: ofWeb },
  };
  const old = {
    ...deployment(replicas, "web:1", given),
    [path]: {
      ...set,
      spec: { replicas, selector: { matchLabels: ofWeb }, template },
      status: { replicas, readyReplicas: replicas },
    },
    ...Object.assign({}, ...Array.from({ length: replicas }, (_, number) => pod(`web-7f-${number}`, ofWeb, WEB_SET))),
  };
  const name = { kind: "Deployment", name: "web" } as const;
  const live = await readLive({ ...kubeApi(old), namespace: "shop" }, [name], []);
  const after = { ...old, ...deployment(replicas, "web:2", given) };
  const plans = await planChange({ ...kubeApi(after), namespace: "shop" }, [name], live);
  expect(plans.map(({ planned: { change } }) => change)).toEqual(["roll"]);
  return timeOf(plans)?.mostMs ?? 0;
}

describe("a change may take as long", () => {
  const startupProbe = { httpGet: { path: "/", port: 80 }, failureThreshold: 30, periodSeconds: 10 };

  test("as all its pods take one after the other, beyond the Deployment's deadline, which each of them begins anew", async () => {
    const readinessProbe = { httpGet: { path: "/", port: 80 }, initialDelaySeconds: 40, periodSeconds: 2 };
    const strategy = { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } };
    expect(await rolledWithin(20, { container: { readinessProbe }, strategy })).toBeGreaterThan(20 * 42_000);
  });

  test("as a startup probe allows, and a StatefulSet's for each pod", async () => {
    const without = await rolledWithin(1);
    expect(without).toBeLessThan(150_000);
    expect((await rolledWithin(1, { container: { startupProbe } })) - without).toBeGreaterThanOrEqual(300_000);
    const set = statefulSet("web:2", 2);
    const [[path = "", made = {}] = []] = Object.entries(set);
    const template = {
      metadata: { labels: app },
      spec: { containers: [{ name: "db", image: "web:2", startupProbe }] },
    };
    const probed = { [path]: { ...made, spec: { replicas: 2, selector: { matchLabels: app }, template } } };
    const [plain = 0, slow = 0] = [await planned(set), await planned(probed)].map(
      (plans) => timeOf(plans)?.mostMs ?? 0,
    );
    expect(slow - plain).toBeGreaterThanOrEqual(2 * 300_000);
  });

  test("as the last old pod takes to stop", async () => {
    const quick = await rolledWithin(1);
    expect(await rolledWithin(1, { pod: { terminationGracePeriodSeconds: 630 } })).toBe(quick + 600_000);
  });

  const plan = (mostMs: number, graceMs = 30_000): ChangePlan => ({
    planned: {
      workload: "Deployment/web",
      change: "roll",
      maxPods: 3,
      minReady: 2,
      outage: false,
      replaced: [],
      surviving: [],
      durationMs: { least: 0, most: 1 },
      sentences: [],
    },
    mostMs,
    graceMs,
  });

  test.each([
    ["as a minute at least", [plan(7_000)], { mostMs: 60_000, graceMs: 30_000 }],
    ["as the slowest of all", [plan(80_000, 90_000), plan(900_000)], { mostMs: 900_000, graceMs: 90_000 }],
    ["as is said elsewhere where the plan has no end", [plan(Infinity)], { graceMs: 30_000 }],
    ["as is said elsewhere without a plan", [], undefined],
  ])("%s", (_, plans, time) => {
    expect(timeOf(plans)).toEqual(time);
  });

  test("as the slowest of the watched pods may take to stop, old or new", async () => {
    const pods = (seconds?: number) => ({ ...(seconds !== undefined && { terminationGracePeriodSeconds: seconds }) });
    const web: WatchedWorkload = {
      kind: "Deployment",
      object: {
        metadata: { name: "web" },
        spec: { selector: {}, template: { spec: { containers: [], ...pods(90) } } },
      },
    };
    const bare: WatchedWorkload = {
      kind: "Pod",
      object: { metadata: { name: "web" }, spec: { containers: [], ...pods() } },
    };
    expect(graceOf([bare])).toBe(30_000);
    expect(graceOf([bare, web])).toBe(90_000);
    const [[path = "", made = {}] = []] = Object.entries(statefulSet("web:2", 2));
    const template = { metadata: { labels: app }, spec: { containers: [{ name: "db", image: "web:2" }], ...pods(5) } };
    const plans = await planned({
      [path]: { ...made, spec: { replicas: 2, selector: { matchLabels: app }, template } },
    });
    expect(plans.map(({ graceMs }) => graceMs)).toEqual([30_000]);
  });

  test("as the longest deadline without a plan, and 10 minutes where a kind has none", () => {
    const spec = { selector: {}, template: {}, progressDeadlineSeconds: 90 };
    const web: WatchedWorkload = { kind: "Deployment", object: { metadata: { name: "web" }, spec } };
    const set: WatchedWorkload = { kind: "StatefulSet", object: { metadata: { name: "db" } } };
    expect(patienceOf([web])).toBe(150_000);
    expect(patienceOf([web, set])).toBe(660_000);
  });
});

import { describe, expect, test } from "vitest";
import type { WatchedWorkload } from "../../../cli/watch/find-target.ts";
import { patienceOf, planChange, readLive, timeoutOf, whyNoPlan } from "../../../cli/watch/prediction.ts";
import type { PlannedRollout } from "../../../observer/events.ts";
import { kubeApi, namespaceOf } from "../support/kube-api.ts";

const { workload, pod, service } = namespaceOf("shop");
const app = { app: "db" };
const of = (revision: string) => ({ ...app, "controller-revision-hash": revision });
const SETS = "/apis/apps/v1/namespaces/shop/statefulsets";

/** A StatefulSet of two pods, as the API server has it; `image` and `generation` are what a change gives it. */
function statefulSet(image: string, generation: number): Record<string, object> {
  const [path = "", made = {}] = Object.entries(workload("StatefulSet", "db", app))[0] ?? [];
  const template = { metadata: { labels: app }, spec: { containers: [{ name: "db", image }] } };
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
const before = { ...statefulSet("web:1", 1), ...podsOfSet, ...service("db", app) };

async function planned(after: Record<string, object>) {
  const live = await readLive({ ...kubeApi(before), namespace: "shop" }, [ofSet], []);
  return planChange({ ...kubeApi({ ...before, ...after }), namespace: "shop" }, [ofSet], live);
}

describe("the plan of a watched StatefulSet", () => {
  test("is a rollout of the pods that run, whose time includes that of stopping them", async () => {
    const [plan, ...more] = await planned(statefulSet("web:2", 2));
    expect(more).toEqual([]);
    expect(plan).toMatchObject({
      workload: "StatefulSet/db",
      change: "roll",
      replaced: ["db-0", "db-1"],
      minReady: 1,
      maxPods: 2,
    });
    const GRACE_MS = 30_000;
    expect(timeoutOf(plan ? [plan] : [], [])).toBeGreaterThan(2 * GRACE_MS);
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

describe("a change may take as long", () => {
  const planned = (workload: string, most: number): PlannedRollout => ({
    workload,
    change: "roll",
    maxPods: 3,
    minReady: 2,
    outage: false,
    replaced: [],
    surviving: [],
    durationMs: { least: 0, most },
    sentences: [],
  });
  const deployment: WatchedWorkload = {
    kind: "Deployment",
    object: { metadata: { name: "web" }, spec: { selector: {}, template: {}, progressDeadlineSeconds: 90 } },
  };
  const set: WatchedWorkload = { kind: "StatefulSet", object: { metadata: { name: "db" } } };
  const of = (...plans: PlannedRollout[]) => timeoutOf(plans, [deployment, set]);

  test.each([
    ["as its plan says", [planned("Deployment/web", 70_000)], 70_000],
    ["as a minute at least", [planned("Deployment/web", 7_000)], 60_000],
    ["as a Deployment's deadline lets it, and a minute", [planned("Deployment/web", 900_000)], 150_000],
    [
      "as all pods of a StatefulSet take, whose controller has no deadline",
      [planned("StatefulSet/db", 900_000)],
      900_000,
    ],
    ["as the slowest of all", [planned("StatefulSet/db", 80_000), planned("Deployment/web", 900_000)], 150_000],
    ["as is said elsewhere where the plan has no end", [planned("StatefulSet/db", Infinity)], undefined],
    ["as is said elsewhere without a plan", [], undefined],
  ])("%s", (_, plans, ms) => {
    expect(of(...plans)).toBe(ms);
  });

  test("as the longest deadline without a plan, and 10 minutes where a kind has none", () => {
    expect(patienceOf([deployment])).toBe(150_000);
    expect(patienceOf([deployment, set])).toBe(660_000);
  });
});

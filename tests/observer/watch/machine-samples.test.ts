import { expect, test } from "vitest";
import type { Happening } from "../../../observer/events.ts";
import type { WatchTarget } from "../../../observer/watch/cluster.ts";
import { machineMeasured, sampleMachine } from "../../../observer/watch/machine-samples.ts";
import { ownPods } from "../../../observer/watch/own-pods.ts";
import { podSeen } from "../support/pod-seen.ts";

const uid = (letter: string) => letter.repeat(32);
const pod = (letter: string) => `0::/kubepods/pod${uid(letter)}/c`;
const stat = (pid: number, name: string, ticks: number, cgroup: string) => ({ pid, parent: 1, name, ticks, cgroup });

test("a sample is what changed between two looks, and a sum that fell counts as nothing", () => {
  const ticks = { stack: 100, cluster: 10, observer: 5, kernel: 0, others: 1000 };
  const before = { atMs: 0, times: { busyMs: 10_000, stolenMs: 0 }, ticks };
  const now = { atMs: 2000, times: { busyMs: 13_000, stolenMs: 100 }, ticks: { ...ticks, stack: 90, others: 1250 } };
  expect(machineMeasured(before, now, 2)).toEqual({
    type: "machine",
    overMs: 2000,
    cores: 2,
    busyCores: 1.5,
    owners: { stack: 0, cluster: 0, observer: 0, others: 1.3 },
  });
});

const EXPERIMENT: WatchTarget["of"] = { selector: { app: "web" } };
const WORKLOAD: WatchTarget["of"] = { workloads: [{ kind: "Deployment", name: "web" }] };

/** Pods of kube-system (a), of what is observed (b), of the load's Job (c), and of a neighbour in its namespace (d). */
async function sampled(
  clusterPods: string,
  {
    isAnswering = true,
    of = EXPERIMENT,
    isTold = true,
  }: { isAnswering?: boolean; of?: WatchTarget["of"]; isTold?: boolean } = {},
) {
  let nowMs = 0;
  let looks = 0;
  const controller = new AbortController();
  const recorded: Happening[] = [];
  const lists: Readonly<Record<string, readonly object[]>> = {
    "/api/v1/namespaces/kube-system/pods": [
      { metadata: { uid: "other", annotations: { "kubernetes.io/config.hash": clusterPods } } },
    ],
    "/api/v1/namespaces/lab/pods": ["c", "d"].map((letter) => ({ metadata: { uid: uid(letter) } })),
    "/api/v1/namespaces/lab/pods?labelSelector=batch.kubernetes.io%2Fjob-name%3Dload-1": [
      { metadata: { uid: uid("c") } },
    ],
  };
  const own = ownPods({ namespace: "lab", of });
  if (isTold) own.see(podSeen("web-1", { uid: "bbbbbbbb-bbbb-bbbb-bbbb-bbbbbbbbbbbb" }));
  const sampling = sampleMachine({
    own,
    clock: {
      monotonicMs: () => nowMs,
      sleep: async (ms) => {
        nowMs += ms;
        if (nowMs > 4000) controller.abort();
      },
    },
    machine: {
      cores: 2,
      observerPid: 10,
      times: () => ({ busyMs: nowMs, stolenMs: 0 }),
      processes: () => {
        looks += 1;
        return [
          stat(10, "node", looks * 2, "0::/"),
          stat(11, "etcd", looks * 4, pod("a")),
          stat(12, "server", looks * 8, pod("b")),
          stat(13, "load", looks * 16, pod("c")),
          stat(14, "batch", looks * 32, pod("d")),
          stat(15, "yes", looks * 50, "0::/"),
        ];
      },
    },
    transport: {
      request: async (_method, path) => {
        if (path === "/version" && !isAnswering) throw new Error("no answer");
        nowMs += path === "/version" ? 7 : 0;
        return { status: 200, headers: new Headers(), text: JSON.stringify({ items: lists[path] }) };
      },
    },
    recorder: {
      record: (happening) => {
        recorded.push(happening);
        return { id: 0, atMs: nowMs, wallMs: 0, ...happening };
      },
    },
    signal: controller.signal,
  });
  await sampling.done;
  return recorded;
}

test("a process that ends gives its whole life to a parent of another owner, and others get no more than was busy", () => {
  const ticks = { stack: 100, cluster: 10, observer: 500, kernel: 0, others: 1000 };
  const before = { atMs: 0, times: { busyMs: 0, stolenMs: 0 }, ticks };
  const now = {
    atMs: 2000,
    times: { busyMs: 3_000, stolenMs: 0 },
    ticks: { ...ticks, stack: 150, observer: 20, others: 8200 },
  };
  expect(machineMeasured(before, now, 2)).toMatchObject({
    busyCores: 1.5,
    owners: { stack: 0.25, cluster: 0, observer: 0, others: 1.25 },
  });
});

test("samples tell the pods of an experiment's namespace, the cluster's own and the observer from others", async () => {
  const [first] = await sampled(uid("a"));
  expect(first).toMatchObject({
    type: "machine",
    cores: 2,
    apiServerMs: 7,
    owners: { observer: 0.01, cluster: 0.02, stack: 0.279, others: 0.249 },
  });
});

test.each([
  ["and those of the load's Job", { ...WORKLOAD, loadJob: "load-1" }, { stack: 0.12, others: 0.409 }],
  ["where load comes from elsewhere", WORKLOAD, { stack: 0.04, others: 0.488 }],
])("of a workload's namespace only its own pods count as the stack's, %s", async (_, of, owners) => {
  const [first] = await sampled(uid("a"), { of });
  expect(first).toMatchObject({ owners });
});

test("nothing is said of owners while no pod of the workload is known: its own would be taken for others'", async () => {
  const [first] = await sampled(uid("a"), { of: WORKLOAD, isTold: false });
  expect(first).toMatchObject({ type: "machine", busyCores: 1 });
  expect(first).not.toHaveProperty("owners");
});

test("a machine that does not show the node's processes says nothing of owners", async () => {
  const [first] = await sampled(uid("f"));
  expect(first).toMatchObject({ type: "machine", busyCores: 1 });
  expect(first).not.toHaveProperty("owners");
});

test("an API server that does not answer leaves its figure out", async () => {
  const [first] = await sampled(uid("a"), { isAnswering: false });
  expect(first).toMatchObject({ type: "machine" });
  expect(first).not.toHaveProperty("apiServerMs");
});

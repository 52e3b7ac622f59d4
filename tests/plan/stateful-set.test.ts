import type { V1Pod, V1StatefulSet } from "@kubernetes/client-node";
import { describe, expect, test } from "vitest";
import { planRollout } from "../../plan/plan.ts";
import { ANYBODY } from "../../plan/plan-context.ts";
import { planText } from "../../plan/text.ts";
import { livePod, NOTHING } from "./support/live.ts";

type Options = {
  readonly release?: string;
  readonly replicas?: number;
  readonly policy?: "OrderedReady" | "Parallel";
  readonly partition?: number;
  readonly maxUnavailable?: number | string;
  readonly onDelete?: boolean;
  readonly start?: number;
};

const templateFor = (release: string) => ({
  metadata: { labels: { app: "db", "app.kubernetes.io/version": release } },
  spec: { containers: [{ name: "db", image: `db:${release}` }] },
});

function statefulSet({ release = "v2", replicas = 3, policy = "OrderedReady", ...rest }: Options = {}) {
  const { partition, maxUnavailable, onDelete, start } = rest;
  const rollingUpdate = {
    ...(partition !== undefined && { partition }),
    ...(maxUnavailable !== undefined && { maxUnavailable }),
  };
  return {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: { name: "db" },
    spec: {
      replicas,
      serviceName: "db",
      podManagementPolicy: policy,
      selector: { matchLabels: { app: "db" } },
      updateStrategy: onDelete ? { type: "OnDelete" } : { type: "RollingUpdate", rollingUpdate },
      ...(start !== undefined && { ordinals: { start } }),
      template: templateFor(release),
    },
  } as const satisfies V1StatefulSet;
}

type LivePod = { readonly release?: string; readonly ready?: boolean; readonly phase?: string; readonly stuck?: true };

/** What runs: a StatefulSet of `release`, and its pods from ordinal 0 on, or from the start that the options say. */
function running(pods: readonly LivePod[], options: Options = {}) {
  const set = statefulSet({ release: "v1", replicas: pods.length, ...options });
  const live = pods.map(
    ({ release = "v1", ready = true, phase = ready ? "Running" : "Pending", stuck }, index): V1Pod => {
      const pod = livePod(`db-${(options.start ?? 0) + index}`, templateFor(release), {
        ready,
        phase,
        owner: "StatefulSet/db",
      });
      const waiting = { waiting: { reason: "ImagePullBackOff" } };
      return {
        ...pod,
        metadata: { ...pod.metadata, labels: { ...pod.metadata?.labels, "controller-revision-hash": `db-${release}` } },
        status: {
          ...pod.status,
          ...(stuck && {
            containerStatuses: [{ name: "db", image: "", imageID: "", ready: false, restartCount: 0, state: waiting }],
          }),
        },
      };
    },
  );
  const availableReplicas = pods.filter(({ ready = true }) => ready).length;
  const revisions = {
    currentRevision: "db-v1",
    updateRevision: `db-${set.spec.template.metadata.labels["app.kubernetes.io/version"]}`,
  };
  return {
    ...NOTHING,
    statefulSets: [
      {
        ...set,
        metadata: { name: "db", uid: "db" },
        status: { replicas: pods.length, availableReplicas, ...revisions },
      },
    ],
    pods: live,
  };
}

const ready = (number: number): LivePod[] => Array.from({ length: number }, () => ({}));

test("an ordered creation makes one pod after the other", () => {
  const plan = planRollout(statefulSet(), NOTHING);
  expect(plan).toMatchObject({ kind: "StatefulSet", change: "create", created: 3, waves: 3, maxPods: 3, minReady: 0 });
  expect(plan.podsAfter).toEqual({ v2: 3 });
});

test("a parallel creation makes all pods at once", () => {
  expect(planRollout(statefulSet({ policy: "Parallel" }), NOTHING)).toMatchObject({ created: 3, waves: 1, maxPods: 3 });
});

test("an update replaces one pod after the other from the highest ordinal, ordered or parallel", () => {
  for (const policy of ["OrderedReady", "Parallel"] as const) {
    const plan = planRollout(statefulSet({ policy }), running(ready(3), { policy }));
    expect(plan).toMatchObject({ change: "roll", created: 3, waves: 3, maxPods: 3, minReady: 2, outage: false });
    expect(plan.replaced).toEqual(["db-0", "db-1", "db-2"]);
  }
});

test("pods below the partition stay", () => {
  const plan = planRollout(statefulSet({ partition: 2 }), running(ready(3)));
  expect(plan).toMatchObject({ change: "roll", podsAfter: { v1: 2, v2: 1 }, created: 1, minReady: 2 });
  expect(plan.replaced).toEqual(["db-2"]);
  expect(plan.surviving).toEqual(["db-0", "db-1"]);
});

test("a missing pod below the partition comes back with the template of before", () => {
  const plan = planRollout(statefulSet({ partition: 3, replicas: 4 }), running(ready(2)));
  expect(plan.podsAfter).toEqual({ v1: 3, v2: 1 });
});

test("a missing pod below the partition is of a revision that nobody knows, if no pod has it", () => {
  const live = running([{ release: "v2" }], { release: "v2", replicas: 2 });
  const plan = planRollout(statefulSet({ release: "v3", partition: 3, replicas: 2 }), live);
  expect(plan.podsAfter).toEqual({ v2: 1, unnamed: 1 });
});

test("it may stop where as many pods are available as are wanted, and the one that is to stay is not", () => {
  const live = running(ready(2), { release: "v1", replicas: 2 });
  const [set] = live.statefulSets;
  const late = { ...live, statefulSets: [{ ...set, status: { ...set?.status, availableReplicas: 1 } }] };
  const wanted = statefulSet({ release: "v1", replicas: 1 });
  const plan = planRollout({ ...wanted, spec: { ...wanted.spec, minReadySeconds: 2 } }, late as typeof live);
  expect(plan).toMatchObject({
    podsAfter: { v1: 1 },
    otherwise: { podsAfter: { v1: 2 } },
    mayStop: expect.any(String),
  });
  expect(planText([plan])).toContain("It may come to a halt with 2 pods of v1: it waits for minReadySeconds");
});

test("partition counts from the first ordinal", () => {
  const plan = planRollout(statefulSet({ partition: 1, start: 5 }), running(ready(3), { start: 5 }));
  expect(plan.replaced).toEqual(["db-6", "db-7"]);
});

describe("maxUnavailable", () => {
  const policy = "Parallel";
  const planned = (maxUnavailable: number | string, replicas: number, before: Options, from: "cluster" | "file") => {
    const live = running(ready(replicas), { policy, partition: 0, ...before });
    const byFile = live.statefulSets.map((set) => ({ ...set, metadata: { name: "db" } }));
    return planRollout(
      statefulSet({ policy, replicas, maxUnavailable }),
      from === "file" ? { ...live, statefulSets: byFile } : live,
      ANYBODY,
    );
  };

  test.each([
    ["40%", 5, 3],
    ["40%", 3, 2],
    ["10%", 5, 4],
    [2, 3, 1],
  ])(
    "%s of %i pods leaves %i Ready, as the controller rounds a percentage down to 1 at least",
    (max, pods, minReady) => {
      const known = { maxUnavailable: 1 };
      expect(planned(max, pods, known, "cluster")).toMatchObject({ created: pods, minReady });
      expect(planned(max, pods, {}, "file")).toMatchObject({ created: pods, minReady });
    },
  );

  test("counts as 1 where the cluster drops it", () => {
    expect(planned(2, 3, {}, "cluster")).toMatchObject({ created: 3, waves: 3, minReady: 2 });
  });
});

test("a pull secret that goes is a rollout, though the pods do not tell who named it", () => {
  const live = running(ready(3), { release: "v2" });
  const imagePullSecrets = [{ name: "s" }];
  const [set] = live.statefulSets;
  const template = { ...set?.spec.template, spec: { ...templateFor("v2").spec, imagePullSecrets } };
  const before = { ...set, metadata: { name: "db" }, spec: { ...set?.spec, template } } as V1StatefulSet;
  const pods = live.pods.map((pod) => ({
    ...pod,
    metadata: { ...pod.metadata, labels: { app: "db", "controller-revision-hash": "db-v2" } },
    spec: { ...templateFor("v2").spec, imagePullSecrets },
  }));
  const plan = planRollout(statefulSet({ release: "v2" }), { ...live, statefulSets: [before], pods });
  expect(plan.replaced).toEqual(["db-0", "db-1", "db-2"]);
});

test("OnDelete changes no pod", () => {
  const plan = planRollout(statefulSet({ onDelete: true }), running(ready(3)));
  expect(plan).toMatchObject({ change: "mixed", created: 0, replaced: [], minReady: 3 });
});

test("scaling down ends the highest ordinals, one after the other or all at once", () => {
  const wanted = { release: "v1", replicas: 1 } as const;
  expect(planRollout(statefulSet(wanted), running(ready(3)))).toMatchObject({
    change: "scale",
    replaced: ["db-1", "db-2"],
    created: 0,
    minReady: 1,
  });
  const policy = "Parallel";
  expect(planRollout(statefulSet({ ...wanted, policy }), running(ready(3), { policy })).replaced).toHaveLength(2);
});

test("a new number comes before a new template", () => {
  const plan = planRollout(statefulSet({ replicas: 5 }), running(ready(3)));
  expect(plan).toMatchObject({ maxPods: 5, created: 5, podsAfter: { v2: 5 } });
});

test("one pod that has to be replaced is an outage", () => {
  const plan = planRollout(statefulSet({ replicas: 1 }), running(ready(1)));
  expect(plan).toMatchObject({ outage: true, minReady: 0 });
  expect(plan.outageMs?.most).toBeGreaterThan(0);
});

test("an ordered update never goes past a pod that cannot start", () => {
  const live = running([{}, {}, { release: "v2", ready: false, stuck: true }], { release: "v2" });
  const plan = planRollout(statefulSet({ release: "v3" }), live);
  expect(plan).toMatchObject({
    stops: "pods that are there do not get ready",
    created: 0,
    podsAfter: { v1: 2, v2: 1 },
  });
});

test("a parallel update replaces a pod that cannot start", () => {
  const policy = "Parallel";
  const live = running([{}, {}, { release: "v2", ready: false, stuck: true }], { release: "v2", policy });
  const plan = planRollout(statefulSet({ release: "v3", policy }), live);
  expect(plan.stops).toBeUndefined();
  expect(plan.podsAfter).toEqual({ v3: 3 });
});

test("going back to the template of before keeps the pods that still have it", () => {
  const live = running([{}, {}, { release: "v2" }], { release: "v2" });
  const plan = planRollout(statefulSet({ release: "v1" }), live);
  expect(plan.replaced).toEqual(["db-2"]);
  expect(plan.surviving).toEqual(["db-0", "db-1"]);
});

test("a pod that has ended is no replica, and is made anew", () => {
  const plan = planRollout(statefulSet({ release: "v1" }), running([{}, { ready: false, phase: "Failed" }]));
  expect(plan).toMatchObject({ readyBefore: 1, created: 2, maxPods: 3 });
});

test("pods that are known never to get ready stop the update at the first one", () => {
  const context = { ...ANYBODY, neverReady: () => "it is broken" };
  const plan = planRollout(statefulSet({ policy: "Parallel" }), running(ready(3), { policy: "Parallel" }), context);
  expect(plan).toMatchObject({ stops: "it is broken", podsAfter: { v1: 2, v2: 1 }, minReady: 2 });
});

test("the text says it as of any workload", () => {
  expect(planText([planRollout(statefulSet({ partition: 2 }), running(ready(3)))])).toContain("StatefulSet");
});

test("a change that the controller has not seen yet leaves the names of revisions behind", () => {
  const [set] = running(ready(3)).statefulSets;
  const status = { replicas: 3, ...set?.status, observedGeneration: 1 };
  const again = { ...statefulSet({ release: "v2" }), metadata: { name: "db", generation: 2 }, status };
  const plan = planRollout(statefulSet({ release: "v2", replicas: 4 }), {
    ...running(ready(3)),
    statefulSets: [again],
  });
  expect(plan.replaced).toEqual(["db-0", "db-1", "db-2"]);
  expect(plan.created).toBe(4);
});

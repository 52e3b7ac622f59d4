import type { V1Deployment, V1Pod, V1ReplicaSet } from "@kubernetes/client-node";
import { describe, expect, test } from "vitest";
import { templateOf, type WorkloadManifest } from "../../kubernetes/manifest.ts";
import { planRollout } from "../../plan/plan.ts";
import { ANYBODY, type PlanContext } from "../../plan/plan-context.ts";
import { asApplied } from "../../plan/template/applied.ts";
import { livePod, NOTHING } from "./support/live.ts";

const RESTARTED = "kubectl.kubernetes.io/restartedAt";
const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

type Parts = {
  readonly labels?: Record<string, string>;
  readonly annotations?: Record<string, string>;
  readonly policy?: string;
};

/** A Deployment of two pods; `applied` is what kubectl applied last. */
function deployment({ labels = {}, annotations, policy }: Parts = {}, applied?: object) {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "web", ...(applied && { annotations: { [LAST_APPLIED]: JSON.stringify(applied) } }) },
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: "web" } },
      template: {
        metadata: { labels: { app: "web", ...labels }, ...(annotations && { annotations }) },
        spec: { containers: [{ name: "app", image: "web:1", ...(policy && { imagePullPolicy: policy }) }] },
      },
    },
  } as const satisfies V1Deployment;
}

/** What runs: a Deployment, and a ReplicaSet of each template, the last one with both pods. */
function running(own: ReturnType<typeof deployment>, ...older: readonly ReturnType<typeof deployment>[]) {
  const sets = [...older, own].map(({ spec: { template } }, index): V1ReplicaSet => {
    const replicas = index === older.length ? 2 : 0;
    return {
      metadata: {
        name: `web-${index}`,
        creationTimestamp: new Date(index),
        ownerReferences: [{ apiVersion: "apps/v1", kind: "Deployment", name: "web", uid: "web", controller: true }],
      },
      spec: { replicas, selector: {}, template },
      status: { replicas, availableReplicas: replicas },
    };
  });
  const pods = [0, 1].map((index) =>
    livePod(`web-${older.length}-${index}`, own.spec.template, { owner: `ReplicaSet/web-${older.length}` }),
  );
  return { ...NOTHING, deployments: [own], replicaSets: sets, pods };
}

const plan = (
  wanted: ReturnType<typeof deployment>,
  live: ReturnType<typeof running>,
  context: Partial<PlanContext> = {},
) => planRollout(wanted, live, { ...ANYBODY, ...context });

describe("in a cluster", () => {
  test("what others annotated stays, and with it the ReplicaSet that has it", () => {
    const restarted = deployment({ annotations: { [RESTARTED]: "now" } });
    expect(plan(deployment(), running(restarted, deployment()))).toMatchObject({
      change: "none",
      templateChanges: [],
      surviving: ["web-1-0", "web-1-1"],
    });
  });

  test("kubectl takes away what it applied before, and others do not", () => {
    const live = running(deployment({ labels: { team: "a", other: "b" } }, deployment({ labels: { team: "a" } })));
    expect(plan(deployment(), live)).toMatchObject({ change: "roll", templateChanges: ["metadata.labels[team]"] });
    expect(plan(deployment(), live, { appliedBy: "helm" })).toMatchObject({ change: "none", templateChanges: [] });
  });

  test("an imagePullPolicy stays where nobody named it", () => {
    const kept = running(deployment({ policy: "Always" }, deployment()));
    expect(plan(deployment(), kept)).toMatchObject({ change: "none" });
    const named = running(deployment({ policy: "Always" }, deployment({ policy: "Always" })));
    expect(plan(deployment(), named)).toMatchObject({ templateChanges: ["containers[app].imagePullPolicy"] });
  });

  test("a last manifest that nobody can read counts as none", () => {
    const own = deployment({ labels: { team: "a" } });
    const unread = { ...own, metadata: { ...own.metadata, annotations: { [LAST_APPLIED]: "{" } } };
    expect(plan(deployment(), running(unread as typeof own))).toMatchObject({ change: "none" });
  });

  test("a bare Pod keeps the labels of others, and loses those that kubectl applied", () => {
    const pod = (labels: Record<string, string>, applied?: object): V1Pod =>
      livePod("web", {
        metadata: { labels, ...(applied && { annotations: { [LAST_APPLIED]: JSON.stringify(applied) } }) },
        spec: { containers: [{ name: "app", image: "web:1" }] },
      });
    const wanted: Extract<WorkloadManifest, { kind: "Pod" }> = {
      ...pod({ app: "web" }),
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "web", labels: { app: "web" } },
    };
    const live = { ...NOTHING, pods: [pod({ app: "web", a: "1", b: "2" }, { metadata: { labels: { a: "1" } } })] };
    expect(asApplied(wanted, live, ANYBODY).metadata).toMatchObject({ labels: { app: "web", b: "2" } });
    expect(planRollout(wanted, live, ANYBODY)).toMatchObject({
      change: "none",
      templateChanges: ["metadata.labels[a]"],
    });
  });

  test("nothing that others added is the manifest itself", () => {
    const wanted = deployment();
    expect(asApplied(wanted, running(deployment()), ANYBODY)).toBe(wanted);
    expect(templateOf(asApplied(wanted, NOTHING, ANYBODY))).toBe(wanted.spec.template);
  });
});

test("by a file nobody else added anything: what goes is a change", () => {
  const live = running(deployment({ labels: { team: "a" }, annotations: { sum: "1" }, policy: "Always" }));
  expect(plan(deployment(), live, { runsFrom: "file" })).toMatchObject({
    change: "roll",
    templateChanges: ["containers[app].imagePullPolicy", "metadata.labels[team]", "metadata.annotations[sum]"],
  });
});

import type { V1Container, V1Deployment, V1Pod, V1PodSpec, V1ReplicaSet } from "@kubernetes/client-node";
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
  readonly spec?: Omit<V1PodSpec, "containers">;
  readonly container?: Omit<V1Container, "name">;
};

/** A Deployment of two pods; `applied` is what kubectl applied last. */
function deployment({ labels = {}, annotations, policy, spec, container }: Parts = {}, applied?: object) {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "web", ...(applied && { annotations: { [LAST_APPLIED]: JSON.stringify(applied) } }) },
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: "web" } },
      template: {
        metadata: { labels: { app: "web", ...labels }, ...(annotations && { annotations }) },
        spec: {
          ...spec,
          containers: [{ name: "app", image: "web:1", ...(policy && { imagePullPolicy: policy }), ...container }],
        },
      },
    },
  } as const satisfies V1Deployment;
}

/** An object as a cluster has it. */
const stored = <One extends { readonly metadata: object }>(one: One): One => ({
  ...one,
  metadata: { ...one.metadata, uid: "1", resourceVersion: "1" },
});

/** What runs in a cluster: a Deployment, and a ReplicaSet of each template, the last one with both pods. */
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
  return { ...NOTHING, deployments: [stored(own)], replicaSets: sets, pods };
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

  test.each(["kubectl", "helm", "pulumi"] as const)("an init container's imagePullPolicy stays as well (%s)", (by) => {
    const prepares = (more: Partial<V1Container> = {}) =>
      deployment({ spec: { initContainers: [{ name: "first", image: "web:1", ...more }] } });
    const kept = running(prepares({ imagePullPolicy: "Always" }));
    expect(plan(prepares(), kept, { appliedBy: by })).toMatchObject({ change: "none", templateChanges: [] });
  });

  describe("what others added to the spec", () => {
    const tolerations = [{ key: "gpu", operator: "Exists" }];
    const env = (...names: readonly string[]) => names.map((name) => ({ name, value: "1" }));
    const resources = { limits: { memory: "1Gi" } };
    const ports = [{ name: "http", containerPort: 80 }];

    test.each<[string, Parts, Parts]>([
      ["tolerations", {}, { spec: { tolerations } }],
      ["a variable between others", { container: { env: env("A", "B") } }, { container: { env: env("A", "X", "B") } }],
      ["all variables", {}, { container: { env: env("A") } }],
      ["resources", {}, { container: { resources } }],
      [
        "a port's protocol",
        { container: { ports } },
        { container: { ports: [{ ...ports[0], containerPort: 80, protocol: "TCP" }] } },
      ],
    ])("stays where kubectl did not apply it: %s", (_, own, theirs) => {
      const live = running(deployment(theirs, deployment(own)));
      expect(plan(deployment(own), live)).toMatchObject({ change: "none", templateChanges: [] });
      const asked = asApplied(deployment(own), live, ANYBODY);
      expect(asApplied(asked, live, ANYBODY)).toBe(asked);
    });

    test.each<[string, Parts, string]>([
      ["tolerations", { spec: { tolerations } }, "tolerations"],
      ["a variable", { container: { env: env("A") } }, "containers[app].env"],
      ["resources", { container: { resources } }, "containers[app].resources"],
    ])("goes where kubectl applied it: %s", (_, named, path) => {
      const live = running(deployment(named, deployment(named)));
      expect(plan(deployment(), live)).toMatchObject({ change: "roll", templateChanges: [path] });
    });

    test("goes in part: of a list by name, what kubectl applied", () => {
      const live = running(
        deployment({ container: { env: env("A", "B", "X") } }, deployment({ container: { env: env("A", "B") } })),
      );
      expect(plan(deployment({ container: { env: env("A") } }), live).templateChanges).toEqual([
        "containers[app].env[B]",
      ]);
    });

    test("goes with the source of a volume, which has only one", () => {
      const volume = (source: object) => ({ spec: { volumes: [{ name: "v", ...source }] } });
      const wanted = deployment(volume({ configMap: { name: "m" } }));
      const live = running(deployment(volume({ secret: { secretName: "s" } }), wanted));
      expect(asApplied(wanted, live, ANYBODY)).toBe(wanted);
    });

    test("is told as a change where nobody knows who named it, but for tolerations", () => {
      const live = running(deployment({ spec: { tolerations, nodeSelector: { disk: "ssd" } } }));
      for (const appliedBy of ["helm", "kubectl"] as const)
        expect(plan(deployment(), live, { appliedBy }).templateChanges).toEqual(["nodeSelector"]);
    });
  });

  test("the annotation that names an image pulled by digest stays with that image", () => {
    const live = running(deployment({ annotations: { image: "r/web:1" }, container: { image: "r/web@sha256:1" } }));
    expect(plan(deployment(), live, { appliedBy: "pulumi", imageAnnotation: "image" })).toMatchObject({
      change: "roll",
      templateChanges: ["containers[app].image"],
    });
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

  describe("a bare Pod's field of those that admission may add", () => {
    const fields = { imagePullSecrets: [{ name: "s" }], priorityClassName: "high", overhead: { cpu: "1" } };
    const manifest = (spec: Partial<V1PodSpec> = {}): Extract<WorkloadManifest, { kind: "Pod" }> => ({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "web" },
      spec: { containers: [{ name: "app", image: "web:1" }], ...spec },
    });
    const runningPod = (applied?: object) => {
      const annotations = applied && { [LAST_APPLIED]: JSON.stringify(applied) };
      const pod = livePod("web", { ...manifest(fields), metadata: { ...(annotations && { annotations }) } });
      return { ...NOTHING, pods: [pod] };
    };
    const planned = (live: typeof NOTHING, appliedBy: PlanContext["appliedBy"]) =>
      planRollout(manifest(), live, { ...ANYBODY, appliedBy });

    test("stays where kubectl did not apply it, and is refused to go where it did", () => {
      expect(planned(runningPod(manifest()), "kubectl")).toMatchObject({ change: "none", templateChanges: [] });
      const { refused } = planned(runningPod(manifest(fields)), "kubectl");
      expect(refused).toContain("not imagePullSecrets, priorityClassName, overhead");
    });

    test("replaces the Pod where Pulumi no longer names its secrets", () => {
      expect(planned(runningPod(), "pulumi")).toMatchObject({
        change: "replace",
        templateChanges: ["imagePullSecrets"],
      });
    });

    test("goes where it was in the file that runs", () => {
      const pod = { ...manifest(fields), status: { conditions: [{ type: "Ready", status: "True" }] } };
      const { templateChanges } = planned({ ...NOTHING, pods: [pod] }, "pulumi");
      expect(templateChanges).toEqual(["imagePullSecrets", "priorityClassName", "overhead"]);
    });
  });

  test("nothing that others added is the manifest itself", () => {
    const wanted = deployment();
    expect(asApplied(wanted, running(deployment()), ANYBODY)).toBe(wanted);
    expect(templateOf(asApplied(wanted, NOTHING, ANYBODY))).toBe(wanted.spec.template);
  });
});

describe("what goes is a change", () => {
  const own = deployment({ labels: { team: "a" }, annotations: { sum: "1" }, policy: "Always" });
  const gone = {
    change: "roll",
    templateChanges: ["containers[app].imagePullPolicy", "metadata.labels[team]", "metadata.annotations[sum]"],
  };

  test("where what runs is a file that no cluster wrote", () => {
    expect(plan(deployment(), { ...running(own), deployments: [own] })).toMatchObject(gone);
  });

  test("where what is wanted was merged by the cluster", () => {
    expect(plan(deployment(), running(own), { wantedIs: "stored" })).toMatchObject(gone);
  });
});

import type { V1Pod, V1PodTemplateSpec } from "@kubernetes/client-node";
import { describe, expect, test } from "vitest";
import { allReady } from "../../../cli/objects/running.ts";
import { hasOutage } from "../../../cli/plans/plan-objects.ts";
import type { Live } from "../../../kubernetes/live.ts";
import { deployment, objects, planFrom } from "./objects.ts";

const ordered = (container = "", labels = "") =>
  deployment({ spec: "replicas: 2\nserviceName: web", container })
    .replace("kind: Deployment", "kind: StatefulSet")
    .replace("labels: {app: web}", `labels: {app: web${labels}}`);

/** What runs by YAML text, with all that a cluster adds to a StatefulSet's pods. */
function inCluster(text: string): Live {
  const live = allReady(objects(text));
  const added = ({ metadata, spec }: V1Pod): V1PodTemplateSpec => ({
    metadata: {
      ...metadata,
      labels: { ...metadata?.labels, "apps.kubernetes.io/pod-index": "0" },
      annotations: { ...metadata?.annotations, "cni.example/address": "10.0.0.1" },
    },
    spec: {
      ...spec,
      hostname: metadata?.name ?? "",
      subdomain: "web",
      nodeName: "node-1",
      serviceAccountName: "default",
      enableServiceLinks: true,
      tolerations: [{ key: "node.kubernetes.io/not-ready", operator: "Exists", effect: "NoExecute" }],
      volumes: [...(spec?.volumes ?? []), { name: "kube-api-access-x", projected: { sources: [] } }],
      containers: (spec?.containers ?? []).map((container) => ({
        ...container,
        volumeMounts: [{ name: "kube-api-access-x", mountPath: "/var/run/secrets" }],
      })),
    },
  });
  const statefulSets = live.statefulSets?.map((set) => ({ ...set, metadata: { ...set.metadata, uid: "1" } }));
  return { ...live, ...(statefulSets && { statefulSets }), pods: live.pods.map((pod) => ({ ...pod, ...added(pod) })) };
}

describe("a StatefulSet's pods in a cluster have the name of the template that they were made of", () => {
  test("old and new, where only another field changes", () => {
    const live = inCluster(ordered());
    const wanted = objects(ordered("env: [{name: A, value: b}]"));
    expect(planFrom(undefined, wanted, { live, hasRealPods: true }).plans).toMatchObject([
      { change: "roll", podsBefore: { "web:1 (old)": 2 }, podsAfter: { "web:1 (new)": 2 } },
    ]);
  });

  test("old, where a label goes", () => {
    const live = inCluster(ordered("", ", team: a"));
    const wanted = objects(ordered());
    expect(planFrom(objects(ordered("", ", team: a")), wanted).plans).toMatchObject([
      { change: "roll", podsBefore: { "web:1 (old)": 2 }, templateChanges: ["metadata.labels[team]"] },
    ]);
    expect(planFrom(undefined, wanted, { live, hasRealPods: true }).plans).toMatchObject([
      { change: "none", podsBefore: { "web:1": 2 }, podsAfter: { "web:1": 2 } },
    ]);
  });
});

describe("with Recreate, what makes a new revision is an outage", () => {
  const recreate = "replicas: 2\nstrategy: {type: Recreate}";
  const own = (container: string, pod = "") => objects(deployment({ spec: recreate, container, pod }));

  test.each([
    ["allowPrivilegeEscalation: false", "securityContext: {runAsNonRoot: true, allowPrivilegeEscalation: false}", ""],
    [
      "automountServiceAccountToken: false",
      "securityContext: {runAsNonRoot: true}",
      "automountServiceAccountToken: false",
    ],
    ["tolerations", "securityContext: {runAsNonRoot: true}", "tolerations: [{key: gpu, operator: Exists}]"],
  ])("%s, whether it comes or goes", (_, container, pod) => {
    const [without, having] = [own("securityContext: {runAsNonRoot: true}"), own(container, pod)];
    expect([planFrom(without, having), planFrom(having, without)].map(hasOutage)).toEqual([true, true]);
  });

  test("a default that is written down is none", () => {
    const planned = planFrom(own(""), own("imagePullPolicy: IfNotPresent", "dnsPolicy: ClusterFirst"));
    expect(planned.plans).toMatchObject([{ change: "none" }]);
  });
});

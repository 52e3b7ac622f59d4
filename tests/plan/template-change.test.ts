import type { V1PodTemplateSpec } from "@kubernetes/client-node";
import { describe, expect, test } from "vitest";
import { IMAGE_ANNOTATION } from "../../kubernetes/labels.ts";
import { templateOf } from "../../kubernetes/manifest.ts";
import { quantity } from "../../kubernetes/quantity.ts";
import { templateChanges as changesIn, podChanges } from "../../plan/template/template-change.ts";
import { STACK_CONTEXT } from "../../stacks/program/stack-context.ts";
import { only } from "./support/live.ts";

const templateChanges = (wanted: V1PodTemplateSpec, live: V1PodTemplateSpec) => changesIn(wanted, live, STACK_CONTEXT);

/** A wanted template as an API server of Kubernetes 1.33 returns it. */
function asServed(wanted: V1PodTemplateSpec): V1PodTemplateSpec {
  const { metadata, spec } = structuredClone(wanted);
  const defaults = { periodSeconds: 10, timeoutSeconds: 1, successThreshold: 1, failureThreshold: 3 };
  return {
    metadata: { ...metadata, labels: { ...metadata?.labels, "pod-template-hash": "6bf8b8987b" } },
    spec: {
      restartPolicy: "Always",
      dnsPolicy: "ClusterFirst",
      schedulerName: "default-scheduler",
      serviceAccount: "default",
      serviceAccountName: "default",
      ...spec,
      containers: (spec?.containers ?? []).map((container) => ({
        terminationMessagePath: "/dev/termination-log",
        terminationMessagePolicy: "File",
        ...container,
        startupProbe: {
          ...defaults,
          ...container.startupProbe,
          httpGet: { scheme: "HTTP", port: "http", path: "/liveness" },
        },
      })),
    },
  };
}

const wanted = templateOf(only("rolling"));
const changed = (change: (template: V1PodTemplateSpec) => void): string[] => {
  const template = structuredClone(wanted);
  change(template);
  return templateChanges(template, asServed(wanted));
};
const container = ({ spec }: V1PodTemplateSpec) => {
  const [first] = spec?.containers ?? [];
  if (!first) throw new Error("no container");
  return first;
};

test.each(["rolling", "replicaset", "pod", "probes", "resources"])(
  "%s: what the API server fills in is no change",
  (stack) => {
    const template = templateOf(only(stack));
    expect(templateChanges(template, asServed(template))).toEqual([]);
    expect(templateChanges(template, template)).toEqual([]);
  },
);

test("a scheduled pod has more than its template", () => {
  const live = asServed(wanted);
  const owner = { apiVersion: "apps/v1", kind: "ReplicaSet", name: "web", uid: "web" };
  Object.assign(live.metadata ?? {}, { ownerReferences: [owner] });
  const tolerations = [
    { key: "node.kubernetes.io/not-ready", operator: "Exists", effect: "NoExecute", tolerationSeconds: 300 },
  ];
  Object.assign(live.spec ?? {}, {
    nodeName: "minikube",
    priority: 0,
    preemptionPolicy: "PreemptLowerPriority",
    tolerations,
  });
  expect(podChanges(wanted, live)).toEqual([]);
});

describe("finds", () => {
  test.each<[string, (template: V1PodTemplateSpec) => void, string[]]>([
    ["an image", (t) => Object.assign(container(t), { image: "other:1" }), ["containers[online-inference].image"]],
    [
      "a label",
      ({ metadata }) => Object.assign(metadata?.labels ?? {}, { "app.kubernetes.io/version": "v2" }),
      ["metadata.labels[app.kubernetes.io/version]"],
    ],
    [
      "a variable's value",
      (t) => Object.assign(container(t).env?.[1] ?? {}, { value: "9" }),
      ["containers[online-inference].env[DRAIN_MS].value"],
    ],
    [
      "a new variable",
      (t) => container(t).env?.push({ name: "FAULT_CRASH_AFTER_MS", value: "1" }),
      ["containers[online-inference].env[FAULT_CRASH_AFTER_MS]"],
    ],
    ["a variable that is gone", (t) => container(t).env?.pop(), ["containers[online-inference].env[DRAIN_MS]"]],
    ["a hook that is gone", (t) => delete container(t).lifecycle, ["containers[online-inference].lifecycle"]],
    [
      "a probe's figure",
      (t) => Object.assign(container(t).readinessProbe ?? {}, { periodSeconds: 7 }),
      ["containers[online-inference].readinessProbe.periodSeconds"],
    ],
    [
      "another amount",
      (t) => Object.assign(container(t).resources?.limits ?? {}, { memory: "1Gi" }),
      ["containers[online-inference].resources.limits.memory"],
    ],
    [
      "false where true is the default",
      (t) => Object.assign(container(t).securityContext ?? {}, { readOnlyRootFilesystem: false }),
      ["containers[online-inference].securityContext.readOnlyRootFilesystem"],
    ],
    [
      "an item of a list without names",
      (t) => Object.assign(container(t).securityContext?.capabilities ?? {}, { drop: ["NET_RAW"] }),
      ["containers[online-inference].securityContext.capabilities.drop[0]"],
    ],
    [
      "a grace period",
      ({ spec }) => Object.assign(spec ?? {}, { terminationGracePeriodSeconds: 99 }),
      ["terminationGracePeriodSeconds"],
    ],
    ["an annotation", (t) => Object.assign(t.metadata ?? {}, { annotations: { a: "b" } }), ["metadata.annotations[a]"]],
  ])("%s", (_, change, paths) => {
    expect(changed(change)).toEqual(paths);
  });

  test("another order of what has names, among those that both have", () => {
    const env = "containers[online-inference].env";
    expect(changed((t) => container(t).env?.reverse())).toEqual([env]);
    expect(changed((t) => container(t).env?.unshift({ name: "NEW" }))).toEqual([`${env}[NEW]`]);
  });

  test("the second mount of a volume", () => {
    const mounts = (path: string): V1PodTemplateSpec => {
      const volumeMounts = ["/a", path].map((mountPath) => ({ name: "v", mountPath }));
      return { spec: { containers: [{ name: "c", volumeMounts }] } };
    };
    expect(templateChanges(mounts("/b"), mounts("/c"))).toEqual(["containers[c].volumeMounts[1].mountPath"]);
  });

  test("a label and an annotation that are gone", () => {
    const live = asServed(wanted);
    Object.assign(live.metadata?.labels ?? {}, { team: "a" });
    Object.assign(live.metadata ?? {}, { annotations: { ...live.metadata?.annotations, sum: "1" } });
    expect(templateChanges(wanted, live)).toEqual(["metadata.labels[team]", "metadata.annotations[sum]"]);
  });

  test("nothing in fields that the client knows and nobody set", () => {
    const live = asServed(wanted);
    Object.assign(live.spec ?? {}, {
      affinity: undefined,
      volumes: undefined,
      securityContext: { ...live.spec?.securityContext, sysctls: undefined },
    });
    expect(templateChanges(wanted, live)).toEqual([]);
  });
});

describe("quantities", () => {
  const resources = (cpu: string, memory: string): V1PodTemplateSpec => ({
    spec: { containers: [{ name: "c", resources: { limits: { cpu, memory } } }] },
  });

  test("have many spellings", () => {
    expect(templateChanges(resources("1000m", "1024Mi"), resources("1", "1Gi"))).toEqual([]);
    expect(templateChanges(resources("0.5", "1048576"), resources("500m", "1Mi"))).toEqual([]);
    expect(templateChanges(resources("1", "1G"), resources("1", "1Gi"))).toEqual([
      "containers[c].resources.limits.memory",
    ]);
  });

  test("of requests are those of limits where they are missing, in a Pod and not in a template", () => {
    const live = resources("1", "1Gi");
    Object.assign(live.spec?.containers[0]?.resources ?? {}, { requests: { cpu: "1", memory: "1Gi" } });
    expect(podChanges(resources("1", "1Gi"), live)).toEqual([]);
    expect(templateChanges(resources("1", "1Gi"), live)).toEqual(["containers[c].resources.requests"]);
  });

  test.each([
    ["100m", 0.1],
    ["1", 1],
    ["1e3", 1000],
    ["12E", 12e18],
    ["1.5Gi", 1.5 * 2 ** 30],
    ["250M", 250e6],
    ["3n", 3e-9],
    [2, 2],
  ])("%s", (text, value) => {
    expect(quantity(text)).toBe(value);
  });

  test.each(["", "Mi", "1Zi", "1..2"])("are not: %j", (text) => {
    expect(() => quantity(text)).toThrow(`not a quantity: ${JSON.stringify(text)}`);
  });
});

describe("an image that is pulled by digest", () => {
  const pulled = (annotation: string | undefined, image: string): V1PodTemplateSpec => ({
    ...(annotation && { metadata: { annotations: { [IMAGE_ANNOTATION]: annotation } } }),
    spec: { containers: [{ name: "c", image }] },
  });

  test("is the one that its annotation names", () => {
    expect(templateChanges(pulled("r/a:v1", "not known yet"), pulled("r/a:v1", "r/a@sha256:1"))).toEqual([]);
    expect(templateChanges(pulled("r/a:v2", "not known yet"), pulled("r/a:v1", "r/a@sha256:1"))).toEqual([
      "containers[c].image",
    ]);
  });

  test("differs from one that was built on the node", () => {
    expect(templateChanges(pulled("r/a:v1", "r/a@sha256:1"), pulled(undefined, "a:v1"))).toEqual([
      "containers[c].image",
    ]);
    expect(templateChanges(pulled(undefined, "a:v1"), pulled("r/a:v1", "r/a@sha256:1"))).toEqual([
      "containers[c].image",
    ]);
  });
});

import type { V1PodTemplateSpec } from "@kubernetes/client-node";
import { describe, expect, test } from "vitest";
import { podChanges, templateChanges } from "../../plan/template/template-change.ts";

/** A template of one container with all that a field may stand in. */
function templateWith(
  pod: Record<string, unknown>,
  container: Record<string, unknown> = {},
  volume: Record<string, unknown> = { configMap: { name: "m" } },
): V1PodTemplateSpec {
  const securityContext = { capabilities: { drop: ["ALL"] } };
  const containers = [{ name: "c", image: "web:1", securityContext, ...container }];
  return { spec: { containers, volumes: [{ name: "v", ...volume }], ...pod } };
}

/** The changes by which a field comes, and those by which it goes. */
function bothWays(one: V1PodTemplateSpec, other: V1PodTemplateSpec): readonly string[] {
  expect(templateChanges(one, other)).toEqual(templateChanges(other, one));
  return templateChanges(one, other);
}

/*
 * In Kubernetes' Go types some fields are pointers, of which false, 0 and {} are other values than none; of the other fields they are
 * the same. Where the API server fills in a default, none is the same as that.
 */
describe("a field that says no, 0 or nothing", () => {
  test.each([
    ["automountServiceAccountToken", false],
    ["enableServiceLinks", false],
    ["enableServiceLinks", true],
    ["hostUsers", true],
    ["shareProcessNamespace", false],
    ["setHostnameAsFQDN", false],
    ["terminationGracePeriodSeconds", 0],
    ["activeDeadlineSeconds", 0],
    ["affinity", {}],
  ])("%s: %j is another template of pods than none", (field, value) => {
    expect(bothWays(templateWith({ [field]: value }), templateWith({}))).toEqual([field]);
  });

  test.each([
    ["allowPrivilegeEscalation", false],
    ["privileged", false],
    ["readOnlyRootFilesystem", false],
    ["runAsNonRoot", false],
    ["runAsUser", 0],
    ["runAsGroup", 0],
  ])("securityContext.%s: %j is another one, of a container and of a pod", (field, value) => {
    const capabilities = { drop: ["ALL"] };
    const own = templateWith({}, { securityContext: { capabilities, [field]: value } });
    expect(bothWays(own, templateWith({}))).toEqual([`containers[c].securityContext.${field}`]);
    if (["runAsNonRoot", "runAsUser", "runAsGroup"].includes(field)) {
      const pods = templateWith({ securityContext: { [field]: value } });
      expect(bothWays(pods, templateWith({}))).toEqual([`securityContext.${field}`]);
    }
  });

  test("an empty object is another one where it is a pointer", () => {
    expect(
      bothWays(templateWith({}, { securityContext: {} }), templateWith({}, { securityContext: undefined })),
    ).toEqual(["containers[c].securityContext"]);
    const spread = (more: object) =>
      templateWith({ topologySpreadConstraints: [{ maxSkew: 1, topologyKey: "k", whenUnsatisfiable: "x", ...more }] });
    expect(bothWays(spread({ labelSelector: {} }), spread({}))).toEqual(["topologySpreadConstraints[0].labelSelector"]);
  });

  test("0 of a resource and an empty text of a node's label are other ones", () => {
    const limits = (amounts: object) => templateWith({}, { resources: { limits: { memory: "1Gi", ...amounts } } });
    expect(bothWays(limits({ "nvidia.com/gpu": 0 }), limits({}))).toEqual([
      "containers[c].resources.limits.nvidia.com/gpu",
    ]);
    expect(bothWays(templateWith({ nodeSelector: { edge: "" } }), templateWith({}))).toEqual(["nodeSelector"]);
  });

  test("optional: false of a volume is another one", () => {
    const volume = { configMap: { name: "m", optional: false } };
    expect(bothWays(templateWith({}, {}, volume), templateWith({}))).toEqual(["volumes[v].configMap.optional"]);
  });

  test.each([
    [{ hostNetwork: false }, {}],
    [{ hostPID: false, hostAliases: [], nodeSelector: {}, nodeName: "" }, {}],
    [{ terminationGracePeriodSeconds: 30, securityContext: {}, dnsPolicy: "ClusterFirst" }, {}],
    [{}, { stdin: false, args: [], env: [], resources: {}, workingDir: "" }],
    [{}, { imagePullPolicy: "IfNotPresent", terminationMessagePolicy: "File" }],
  ])("%j and %j say no more than none", (pod, container) => {
    expect(bothWays(templateWith(pod, container), templateWith({}))).toEqual([]);
  });

  test("defaults that are written down are none", () => {
    const probe = { httpGet: { port: 1 } };
    const full = { httpGet: { port: 1, path: "/", scheme: "HTTP" }, initialDelaySeconds: 0, periodSeconds: 10 };
    const container = (readinessProbe: object, more: object) => ({
      readinessProbe,
      ports: [{ containerPort: 1, ...more }],
    });
    expect(
      bothWays(templateWith({}, container(full, { protocol: "TCP" })), templateWith({}, container(probe, {}))),
    ).toEqual([]);
    expect(bothWays(templateWith({}, {}, { emptyDir: {} }), templateWith({}, {}, {}))).toEqual([]);
    const variable = (more: object) => ({
      env: [{ name: "A", valueFrom: { resourceFieldRef: { resource: "limits.cpu", ...more } } }],
    });
    expect(bothWays(templateWith({}, variable({ divisor: "0" })), templateWith({}, variable({})))).toEqual([]);
  });
});

describe("what only a Pod is given", () => {
  const toleration = { key: "gpu", operator: "Exists" };
  const byNode = {
    key: "node.kubernetes.io/not-ready",
    operator: "Exists",
    effect: "NoExecute",
    tolerationSeconds: 300,
  };

  test("tolerations that go are a change of a template", () => {
    expect(bothWays(templateWith({ tolerations: [toleration] }), templateWith({}))).toEqual(["tolerations"]);
    const owned = { ownerReferences: [{ apiVersion: "apps/v1", kind: "ReplicaSet", name: "web", uid: "1" }] };
    const podWith = (tolerations: readonly object[]) => ({ ...templateWith({ tolerations }), metadata: owned });
    expect(podChanges({ ...templateWith({}), metadata: owned }, podWith([byNode]))).toEqual([]);
    expect(podChanges(podWith([toleration]), podWith([toleration, byNode]))).toEqual([]);
    expect(podChanges(podWith([toleration]), podWith([byNode]))).not.toEqual([]);
  });

  test.each([
    ["web:1", "Always", ["containers[c].imagePullPolicy"]],
    ["web:1", "IfNotPresent", []],
    ["web", "Always", []],
    ["registry:5000/web", "Always", []],
    ["web:latest", "IfNotPresent", ["containers[c].imagePullPolicy"]],
    ["web@sha256:1", "IfNotPresent", []],
  ])("of %s the imagePullPolicy %s is %j beside none", (image, imagePullPolicy, changes) => {
    expect(bothWays(templateWith({}, { image, imagePullPolicy }), templateWith({}, { image }))).toEqual(changes);
  });

  test("the token of its service account, its links and its host ports", () => {
    const own = templateWith({ hostNetwork: true }, { ports: [{ containerPort: 80 }] });
    const token = { name: "kube-api-access-x", mountPath: "/var/run/secrets" };
    const live = templateWith(
      { hostNetwork: true, enableServiceLinks: true, serviceAccountName: "default", serviceAccount: "default" },
      { ports: [{ containerPort: 80, hostPort: 80, protocol: "TCP" }], volumeMounts: [token] },
    );
    live.spec?.volumes?.push({ name: "kube-api-access-x", projected: { sources: [] } });
    expect(podChanges(own, live)).toEqual([]);
  });

  test("a service account stays where a template no longer names it, for the API server keeps its other name", () => {
    const live = templateWith({ serviceAccountName: "one", serviceAccount: "one" });
    expect(templateChanges(templateWith({}), live)).toEqual([]);
    expect(templateChanges(templateWith({ serviceAccountName: "two" }), live)).toEqual(["serviceAccountName"]);
    expect(templateChanges(templateWith({ serviceAccount: "one" }), live)).toEqual([]);
  });
});

import type { V1Node, V1PodSpec } from "@kubernetes/client-node";
import { describe, expect, test } from "vitest";
import { UserError } from "../../../common/user-error.ts";
import type { Live } from "../../../kubernetes/live.ts";
import type { WorkloadManifest } from "../../../kubernetes/manifest.ts";
import { isSchedulable } from "../../../kubernetes/pods.ts";
import { requestsOf } from "../../../kubernetes/requests.ts";
import { requireCapacity } from "../../../stacks/program/require-capacity.ts";
import { liveDeployment, NOTHING, only } from "../../plan/support/live.ts";
import { planRollouts } from "../../plan/support/ours.ts";

const node = (cpu: string, memory: string, pods?: string): V1Node => ({
  status: { allocatable: { cpu, memory, ...(pods && { pods }) } },
});

const check = (wanted: WorkloadManifest, live: Live) => () =>
  requireCapacity(planRollouts([wanted], live), [wanted], live);

const on = (live: Live, nodes: V1Node[], cpuMillicores = 0, memoryMebibytes = 0, pods = 0): Live => ({
  ...live,
  nodes,
  foreign: { pods, cpuMillicores, memoryBytes: memoryMebibytes * 2 ** 20 },
});

const running = liveDeployment(only("rolling"), [{ release: "v1", pods: 6 }]);
const v2 = only("rolling", { release: "v2" });

describe("a rollout of 6 pods of 50m and 64Mi, 12 with those that terminate", () => {
  test("fits what is just enough", () => {
    expect(check(v2, on(running, [node("2", "1Gi")], 1400, 256))).not.toThrow();
  });

  test("is refused with the figures when CPU is short", () => {
    const refusal = check(v2, on(running, [node("2", "1Gi")], 1401));
    expect(refusal).toThrow(UserError);
    expect(refusal).toThrow(
      "the rollout does not fit the node: got 12 pods at its peak, terminating ones included, that request 600m of CPU, " +
        "allowed: 599m (2000m less what others request). Lower replicas, maxSurge or cpuRequestMillicores " +
        "(a pod requests 50m and 64Mi), or destroy other stacks.",
    );
  });

  test("is refused when memory is short, or both", () => {
    expect(check(v2, on(running, [node("2", "512Mi")]))).toThrow(
      "768Mi of memory, allowed: 512Mi (512Mi less what others request). Lower replicas, maxSurge or memoryRequestMebibytes",
    );
    expect(check(v2, on(running, [node("100m", "512Mi")]))).toThrow(/600m of CPU.* and 768Mi of memory/);
  });

  test("may use all nodes that take pods", () => {
    expect(check(v2, on(running, [node("300m", "1Gi"), node("300m", "1Gi")]))).not.toThrow();
    const cordoned = { ...node("300m", "1Gi"), spec: { unschedulable: true } };
    expect(check(v2, on(running, [node("300m", "1Gi"), cordoned]))).toThrow("does not fit the node");
  });
});

describe("a node takes so many pods and no more, whatever they request", () => {
  // minikube's kubelet takes 110 pods.
  const small = { cpuRequestMillicores: "10", memoryRequestMebibytes: "16", replicas: "50", maxSurge: "100%" };
  const fifty = liveDeployment(only("rolling", small), [{ release: "v1", pods: 50 }]);
  const roll = only("rolling", { ...small, release: "v2" });
  const minikube = node("8", "16Gi", "110");

  test("those that run, and those of others, included", () => {
    expect(check(roll, on(fifty, [minikube], 0, 0, 10))).not.toThrow();
    expect(check(roll, on(fifty, [minikube], 0, 0, 11))).toThrow(
      "the rollout does not fit the node: got 100 pods at its peak, terminating ones included, allowed: 99 " +
        "(110 less the pods of others). Lower replicas or maxSurge, or destroy other stacks.",
    );
  });

  test("terminating ones included", () => {
    const [first] = fifty.pods;
    const leaving = structuredClone({ ...first, metadata: { ...first?.metadata, name: "leaving" } });
    leaving.metadata.deletionTimestamp = new Date(0);
    const live = { ...fifty, pods: [...fifty.pods, leaving] };
    expect(check(roll, on(live, [minikube], 0, 0, 10))).toThrow("got 101 pods at its peak");
  });

  test("beside what is short otherwise", () => {
    expect(check(roll, on(fifty, [node("900m", "16Gi", "90")]))).toThrow(
      "got 100 pods at its peak, terminating ones included, allowed: 90 (90 less the pods of others); they request 1000m of " +
        "CPU, allowed: 900m (900m less what others request). Lower replicas, maxSurge or cpuRequestMillicores " +
        "(a pod requests 10m and 16Mi), or destroy other stacks.",
    );
  });

  test("on all nodes together, and without a limit where one does not say it", () => {
    expect(check(roll, on(fifty, [node("8", "16Gi", "50"), node("8", "16Gi", "50")]))).not.toThrow();
    expect(check(roll, on(fifty, [node("8", "16Gi", "50"), node("8", "16Gi", "49")]))).toThrow("the 2 nodes");
    expect(check(roll, on(fifty, [node("8", "16Gi", "50"), node("8", "16Gi")]))).not.toThrow();
  });

  test("not even one more Pod, which nothing makes smaller", () => {
    expect(check(only("pod"), on(NOTHING, [minikube], 0, 0, 110))).toThrow(
      "got 1 pod at its peak, terminating ones included, allowed: 0 (110 less the pods of others). Destroy other stacks.",
    );
  });
});

test("what creates no pod is never refused", () => {
  const full = [node("10m", "1Mi")];
  expect(check(only("rolling"), on(running, full))).not.toThrow();
  expect(check(only("rolling", { replicas: "2" }), on(running, full))).not.toThrow();
});

test("nothing is refused where nothing is known of the nodes", () => {
  expect(check(v2, running)).not.toThrow();
});

test("a bare Pod has no replicas to lower", () => {
  expect(check(only("pod"), on(NOTHING, [node("10m", "1Gi")]))).toThrow(
    "got 1 pod at its peak, terminating ones included, that request 50m of CPU, allowed: 10m (10m less what others " +
      "request). Lower cpuRequestMillicores (a pod requests 50m and 64Mi), or destroy other stacks.",
  );
});

test.each<[string, V1Node, boolean]>([
  ["is ready", { status: { conditions: [{ type: "Ready", status: "True" }] } }, true],
  ["is not ready", { status: { conditions: [{ type: "Ready", status: "Unknown" }] } }, false],
  ["is cordoned", { spec: { unschedulable: true } }, false],
  ["repels pods", { spec: { taints: [{ key: "control-plane", effect: "NoSchedule" }] } }, false],
  ["would rather not", { spec: { taints: [{ key: "spot", effect: "PreferNoSchedule" }] } }, true],
])("a node that %s", (_, candidate, takesPods) => {
  expect(isSchedulable(candidate)).toBe(takesPods);
});

describe("a pod requests", () => {
  const container = (cpu: string, memory = "0") => ({ name: "c", resources: { requests: { cpu, memory } } });
  const cpu = (spec: V1PodSpec) => requestsOf(spec).cpuMillicores;

  test("the sum of its containers", () => {
    expect(requestsOf({ containers: [container("100m", "1Mi"), container("0.2", "1Ki")] })).toEqual({
      cpuMillicores: 300,
      memoryBytes: 2 ** 20 + 2 ** 10,
    });
  });

  test("its hungriest init container where that is more", () => {
    expect(cpu({ containers: [container("100m")], initContainers: [container("50m"), container("400m")] })).toBe(400);
    expect(cpu({ containers: [container("500m")], initContainers: [container("400m")] })).toBe(500);
  });

  test("its sidecars beside both", () => {
    const sidecar = { ...container("100m"), restartPolicy: "Always" };
    expect(cpu({ containers: [container("100m")], initContainers: [sidecar] })).toBe(200);
    expect(cpu({ containers: [container("10m")], initContainers: [sidecar, container("400m")] })).toBe(500);
    expect(cpu({ containers: [container("10m")], initContainers: [container("400m"), sidecar] })).toBe(400);
  });

  test("its limits where it requests nothing, and its runtime's overhead", () => {
    expect(cpu({ containers: [{ name: "c", resources: { limits: { cpu: "1" } } }], overhead: { cpu: "5m" } })).toBe(
      1005,
    );
    expect(requestsOf({ containers: [{ name: "c" }] })).toEqual({ cpuMillicores: 0, memoryBytes: 0 });
  });
});

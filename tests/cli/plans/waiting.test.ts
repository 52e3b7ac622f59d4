import { describe, expect, test } from "vitest";
import { planReport, reportText } from "../../../cli/plans/plan-report.ts";
import { deployment, objects, planFrom } from "./objects.ts";

/** A probe that allows 300 s, and one that allows 3 s. */
const PATIENT = "startupProbe: {httpGet: {path: /, port: 8080}, periodSeconds: 10, failureThreshold: 30}";
const SHORT = "startupProbe: {httpGet: {path: /, port: 8080}, periodSeconds: 1, failureThreshold: 3}";

const ordered = (spec: string, container = PATIENT, image = "web:1") =>
  deployment({ spec: `serviceName: web\n${spec}`, container, image }).replace("kind: Deployment", "kind: StatefulSet");
const set = (spec: string, container = PATIENT, image = "web:1") =>
  deployment({ spec, container, image }).replace("kind: Deployment", "kind: ReplicaSet");
const pod = (container: string, image = "web:1") =>
  `apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
    - name: app
      image: ${image}
      ${container}
`;

/** The line that says how long to wait, and the command below it. */
function waiting(old: string | undefined, wanted: string, appliedBy: "kubectl" | "pulumi" = "kubectl"): string {
  const planned = planFrom(old === undefined ? undefined : objects(old), objects(wanted), { appliedBy });
  const lines = reportText(planReport([planned], appliedBy)).split("\n");
  const index = lines.findIndex((line) => line.includes("Wait for up to"));
  return lines
    .slice(index, index + 2)
    .map((line) => line.trim())
    .join("\n");
}

const ALLOWED = "what the startup probe allows a pod";
const AFTER = `${ALLOWED}, after the grace period of the one before it`;

describe("how long to wait is as long as the startup probe allows", () => {
  // A pod may take 33 s to stop: the grace period of 30 s and the 3 s until it is removed.
  test("an ordered pod after the other, each after the old one is gone", () => {
    expect(waiting(ordered("replicas: 3"), ordered("replicas: 3", PATIENT, "web:2"))).toBe(
      `Wait for up to 999 s (3 waves of up to 333 s, which is ${AFTER}):\n` +
        "kubectl rollout status statefulset/web -n default --timeout=999s",
    );
  });

  test("ordered pods that are created, and parallel ones", () => {
    expect(waiting(undefined, ordered("replicas: 3"))).toContain(
      `Wait for up to 900 s (3 waves of up to 300 s, which is ${ALLOWED}):`,
    );
    expect(waiting(undefined, ordered("replicas: 3\npodManagementPolicy: Parallel"))).toContain(
      `Wait for up to 300 s (${ALLOWED}):`,
    );
  });

  test("minReadySeconds come on top", () => {
    expect(waiting(undefined, ordered("replicas: 2\nminReadySeconds: 20"))).toMatch(/^Wait for up to 64\d s \(2 waves/);
    expect(waiting(undefined, set("replicas: 2\nminReadySeconds: 20"))).toContain("Wait for up to 320 s");
  });

  test("the pods of a ReplicaSet, all at once", () => {
    expect(waiting(set("replicas: 1"), set("replicas: 4"))).toBe(
      `Wait for up to 300 s (${ALLOWED}):\n` +
        "kubectl wait --for=jsonpath='{.status.readyReplicas}'=4 replicaset/web -n default --timeout=300s",
    );
  });

  test("a Pod that is created, restarted, or deleted and created anew", () => {
    expect(waiting(undefined, pod(PATIENT))).toBe(
      `Wait for up to 300 s (${ALLOWED}):\nkubectl wait --for=condition=Ready pod/web -n default --timeout=300s`,
    );
    for (const appliedBy of ["kubectl", "pulumi"] as const)
      expect(waiting(pod(PATIENT), pod(PATIENT, "web:2"), appliedBy)).toContain(`Wait for up to 333 s (${AFTER}):`);
  });

  test("Recreate waits for the old pods too", () => {
    const recreate = (image: string) =>
      deployment({
        spec: "replicas: 2\nstrategy: {type: Recreate}",
        pod: "terminationGracePeriodSeconds: 600",
        container: PATIENT,
        image,
      });
    expect(waiting(recreate("web:1"), recreate("web:2"))).toContain(`Wait for up to 903 s (${AFTER}):`);
  });
});

describe("it is as long as expected", () => {
  test("without a startup probe", () => {
    const none = "env: []";
    expect(waiting(ordered("replicas: 3", none), ordered("replicas: 3", none, "web:2"))).toContain(
      "no startup probe says how long a pod may take",
    );
    expect(waiting(undefined, pod(none))).toContain("no startup probe says how long a pod may take");
  });

  test("where the startup probe allows less: it does not count what comes before the container runs", () => {
    expect(waiting(undefined, pod(SHORT))).toContain("which is more than the startup probe allows a pod");
  });
});

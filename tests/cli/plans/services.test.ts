import { describe, expect, test } from "vitest";
import { withSetValues } from "../../../cli/objects/set-values.ts";
import { hasOutage, isBad } from "../../../cli/plans/plan-objects.ts";
import { planReport, reportText } from "../../../cli/plans/plan-report.ts";
import { deployment, objects, planFrom } from "./objects.ts";

/** A workload behind the Service `web`, which has pods of every name. */
const workload = (kind: "Deployment" | "ReplicaSet" | "StatefulSet", name: string, spec: string, image = "web:1") =>
  objects(
    deployment({ name, spec, image })
      .replace("kind: Deployment", `kind: ${kind}`)
      .replaceAll(`app: ${name}`, `app: web, part: ${name}`),
  );

const pod = (name: string, labels: string, annotations = "") =>
  objects(`apiVersion: v1
kind: Pod
metadata: {name: ${name}, labels: {${labels}}, annotations: {${annotations}}}
spec: {containers: [{name: app, image: "web:1"}]}
`);

const SERVICE = objects("apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}}\n");

const text = (planned: ReturnType<typeof planFrom>) => reportText(planReport([planned], "helm"));

describe("a StatefulSet behind a Service", () => {
  test("of one pod has an outage, and the Service counts the pod once", () => {
    const old = [...workload("StatefulSet", "db", "replicas: 1"), ...SERVICE];
    const planned = planFrom(old, withSetValues(old, "image=web:2"));
    expect(planned.services).toMatchObject([
      {
        before: [{ workload: "StatefulSet/db", pods: 1 }],
        after: [{ workload: "StatefulSet/db", pods: 1 }],
        minReady: 0,
        maxReady: 1,
        outage: "certain",
        alone: true,
      },
    ]);
    expect([hasOutage(planned), isBad(planned)]).toEqual([true, true]);
  });

  test("of three pods keeps two of them", () => {
    const old = [...workload("StatefulSet", "db", "replicas: 3"), ...SERVICE];
    const planned = planFrom(old, withSetValues(old, "image=web:2"));
    expect(planned.services).toMatchObject([{ minReady: 2, maxReady: 3, outage: "no", alone: true }]);
    expect(hasOutage(planned)).toBe(false);
  });
});

describe("what is not in the file serves on behind the same Service", () => {
  const canary = (image: string) => workload("Deployment", "canary", "replicas: 1\nstrategy: {type: Recreate}", image);

  test.each([
    ["Deployment/stable", workload("Deployment", "stable", "replicas: 2")],
    ["ReplicaSet/stable", workload("ReplicaSet", "stable", "replicas: 2")],
    ["StatefulSet/stable", workload("StatefulSet", "stable", "replicas: 2")],
    ["Pod/stable", pod("stable", "app: web")],
  ])("%s", (name, stable) => {
    const pods = name.startsWith("Pod/") ? 1 : 2;
    const planned = planFrom([...canary("web:1"), ...stable, ...SERVICE], [...canary("web:2"), ...SERVICE]);
    expect(planned.plans).toMatchObject([{ name: "canary", outage: true }]);
    expect(planned.services).toMatchObject([
      {
        before: [
          { workload: "Deployment/canary", pods: 1 },
          { workload: name, pods },
        ],
        after: [
          { workload: "Deployment/canary", pods: 1 },
          { workload: name, pods },
        ],
        minReady: pods,
        outage: "no",
      },
    ]);
    expect(isBad(planned)).toBe(false);
    expect(text(planned)).toContain("No outage.");
  });

  test("but not where it goes because it is no longer wanted", () => {
    const stable = workload("Deployment", "stable", "replicas: 2");
    const planned = planFrom([...canary("web:1"), ...stable, ...SERVICE], [...canary("web:2"), ...SERVICE], {
      appliedBy: "helm",
      removes: true,
    });
    expect(planned.services).toMatchObject([
      { after: [{ workload: "Deployment/canary", pods: 1 }], minReady: 0, outage: "possible" },
    ]);
  });
});

describe("a StatefulSet that is no longer wanted", () => {
  const db = workload("StatefulSet", "db", "replicas: 3");
  const BY_HELM = { appliedBy: "helm", removes: true } as const;

  test("goes for good, and its users have nobody", () => {
    const planned = planFrom([...db, ...SERVICE], SERVICE, BY_HELM);
    expect(planned.plans).toMatchObject([
      { kind: "StatefulSet", name: "db", change: "remove", replaced: ["db-0", "db-1", "db-2"], outage: true },
    ]);
    expect(planned.services).toMatchObject([{ after: [], minReady: 0, outage: "certain" }]);
    expect(hasOutage(planned)).toBe(true);
    expect(text(planned)).toContain("Rollout of StatefulSet/db: 3 pods of web:1 go for good, not wanted any more.");
  });

  test("leaves users to its successor, which may come too late", () => {
    const successor = workload("Deployment", "db", "replicas: 3", "web:2");
    const planned = planFrom([...db, ...SERVICE], [...successor, ...SERVICE], BY_HELM);
    expect(planned.plans).toMatchObject([
      { kind: "Deployment", change: "create" },
      { kind: "StatefulSet", change: "remove" },
    ]);
    expect(planned.services).toMatchObject([
      {
        before: [{ workload: "StatefulSet/db", pods: 3 }],
        after: [{ workload: "Deployment/db", pods: 3 }],
        minReady: 0,
        outage: "possible",
      },
    ]);
  });

  test("stays where kubectl applies the others", () => {
    expect(planFrom([...db, ...SERVICE], SERVICE).services).toMatchObject([{ minReady: 3, outage: "no" }]);
  });
});

describe("a Pod that Helm runs as a test", () => {
  const hook = pod("web-test", "app: web", '"helm.sh/hook": test');
  const web = (image: string) => workload("Deployment", "web", "replicas: 1\nstrategy: {type: Recreate}", image);

  test("does not serve behind the Service whose labels it has", () => {
    const planned = planFrom([...web("web:1"), ...hook, ...SERVICE], [...web("web:2"), ...hook, ...SERVICE]);
    expect(planned.services).toMatchObject([
      { before: [{ workload: "Deployment/web", pods: 1 }], minReady: 0, outage: "certain", alone: true },
    ]);
  });

  test("is not removed by Helm", () => {
    const all = [...web("web:1"), ...hook];
    const planned = planFrom(all, all, { appliedBy: "helm", removes: true });
    expect(planned.plans).toMatchObject([{ kind: "Deployment", change: "none" }]);
    expect(isBad(planned)).toBe(false);
    expect(planned.notPlanned).toEqual([{ object: "Pod/web-test", why: "a Helm hook, test" }]);
  });
});

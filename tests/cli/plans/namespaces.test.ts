import { describe, expect, test } from "vitest";
import type { PlanOrder } from "../../../cli/plans/plan-objects.ts";
import { deployment, objects, planFrom } from "./objects.ts";

const SHOP = { namespace: "shop" } satisfies Partial<PlanOrder>;

/** The problems of some rules, as `rule object`. */
const told = (rules: readonly string[], ...planned: Parameters<typeof planFrom>) =>
  planFrom(...planned)
    .problems.filter(({ rule }) => rules.includes(rule))
    .map(({ rule, object }) => `${rule} ${object}`);

const web = (image: string, spec = "replicas: 3") =>
  objects(deployment({ image, spec: `${spec}\nstrategy: {rollingUpdate: {maxSurge: 3, maxUnavailable: 0}}` }));
const quota = objects(
  "apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: team, namespace: shop}\nspec: {hard: {pods: '5'}}\n",
);
const scaler = objects(
  "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: web, namespace: shop}\nspec: {maxReplicas: 9, scaleTargetRef: {kind: Deployment, name: web}}\n",
);
const budget = objects(
  "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: web, namespace: shop}\nspec: {maxUnavailable: 1, selector: {matchLabels: {app: web}}}\n",
);

describe("a workload that names no namespace is in the one that is planned", () => {
  test("under the quota that the cluster has there", () => {
    expect(told(["fits-quota"], web("web:1"), [...web("web:2"), ...quota], SHOP)).toEqual([
      "fits-quota Deployment shop/web",
    ]);
  });

  test("under the autoscaler that the cluster has there", () => {
    expect(told(["autoscaled-replicas"], web("web:1"), [...web("web:2"), ...scaler], SHOP)).toEqual([
      "autoscaled-replicas Deployment shop/web",
    ]);
  });

  test("under the PodDisruptionBudget that names it", () => {
    const all = [...web("web:2"), ...budget];
    expect(told(["eviction-budget", "drainable"], web("web:1"), all, SHOP)).toEqual([]);
  });

  test("and so are its problems, but not its template's changes", () => {
    const pod = objects("apiVersion: v1\nkind: Pod\nmetadata: {name: one}\nspec: {containers: [{name: app}]}\n");
    const { plans, problems } = planFrom(pod, pod, SHOP);
    expect(plans).toMatchObject([{ change: "none", templateChanges: [] }]);
    expect(new Set(problems.map(({ object }) => object))).toEqual(new Set(["Pod shop/one"]));
  });
});

test("a workload that leaves its number to the cluster's autoscaler has no problem with it", () => {
  const all = [...web("web:2", ""), ...scaler];
  expect(told(["autoscaled-replicas"], web("web:1"), all, SHOP)).toEqual([]);
});

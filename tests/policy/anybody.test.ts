import { describe, expect, test } from "vitest";
import type { Manifest } from "../../kubernetes/manifest.ts";
import { everyRule, isAboutRollouts, type Problem, problemsOf, rules } from "../../policy/rules.ts";
import { deployment, objects, planFrom } from "../cli/plans/objects.ts";

const check = (text: string): readonly Problem[] => problemsOf(objects(text) as readonly Manifest[], ["anybody"]);
/** The problems of one rule, as `level path message`. */
const told = (rule: string, text: string): string[] =>
  check(text)
    .filter((problem) => problem.rule === rule)
    .map(({ level, path, message }) => `${level} ${path} ${message}`);

const READY = "readinessProbe: {httpGet: {path: /, port: 8080}}";
const budget = (more: string) =>
  `apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: web}\nspec: {selector: {matchLabels: {app: web}}, ${more}}\n`;

test("every rule has a name of its own, and says why", () => {
  expect(new Set(everyRule.map(({ name }) => name)).size).toBe(everyRule.length);
  for (const { description } of everyRule) expect(description).toMatch(/^[A-Z].*\.$/);
});

test("rules about rollouts are for anybody, and no law for our own manifests", () => {
  const rollouts = everyRule.filter(({ name }) => isAboutRollouts(name));
  expect(rollouts.length).toBeGreaterThan(8);
  expect(rollouts.every(({ audience }) => audience === "anybody")).toBe(true);
  expect(rollouts.some((rule) => rules.includes(rule))).toBe(false);
});

describe("grace-period", () => {
  const stops = (hook: string, grace: string) =>
    told("grace-period", deployment({ pod: grace, container: `lifecycle: {preStop: ${hook}}` }));
  const path = "spec.template.spec.terminationGracePeriodSeconds";

  test.each([
    [
      "{sleep: {seconds: 30}}",
      "",
      `error ${path} must exceed 31, the preStop hook (30 s) and the longest answer, is 30 by default`,
    ],
    [
      "{exec: {command: [sh, -c, sleep 15]}}",
      "terminationGracePeriodSeconds: 16",
      `error ${path} must exceed 16, the preStop hook (15 s) and the longest answer, is 16`,
    ],
    [
      "{exec: {command: [/bin/sleep, '5']}}",
      "terminationGracePeriodSeconds: 5",
      `error ${path} must exceed 6, the preStop hook (5 s) and the longest answer, is 5`,
    ],
  ])("%s and %j", (hook, grace, problem) => {
    expect(stops(hook, grace)).toEqual([problem]);
  });

  test("is obeyed by enough, and by a hook of unknown length", () => {
    expect(stops("{sleep: {seconds: 5}}", "terminationGracePeriodSeconds: 10")).toEqual([]);
    expect(stops("{exec: {command: [/wait-shutdown]}}", "terminationGracePeriodSeconds: 1")).toEqual([]);
  });

  test("is broken by no grace at all", () => {
    expect(told("grace-period", deployment({ pod: "terminationGracePeriodSeconds: 0" }))).toEqual([
      `error ${path} must exceed 0, is 0`,
    ]);
  });
});

describe("deadline-before-start", () => {
  const starts = (spec: string, threshold: number) =>
    told(
      "deadline-before-start",
      deployment({
        spec,
        container: `startupProbe: {httpGet: {path: /, port: 8080}, periodSeconds: 10, failureThreshold: ${threshold}}`,
      }),
    );

  test("counts minReadySeconds, and Kubernetes' own default", () => {
    expect(starts("progressDeadlineSeconds: 300\nminReadySeconds: 5", 30)).toEqual([
      "error spec.progressDeadlineSeconds must exceed 305, which the startup probe (300 s) and minReadySeconds (5 s) take, is 300",
    ]);
    expect(starts("", 60)).toEqual([
      "error spec.progressDeadlineSeconds must exceed 600, which the startup probe (600 s) allows, is 600 by default",
    ]);
    expect(starts("", 59)).toEqual([]);
  });
});

describe("maxUnavailable", () => {
  const rolling = (replicas: number, unavailable: string, surge = "1") =>
    deployment({
      spec: `replicas: ${replicas}\nstrategy: {rollingUpdate: {maxSurge: ${surge}, maxUnavailable: ${unavailable}}}`,
    });

  test.each([
    [3, "100%", "must come to less than 3 pods, is 100%, which comes to 3"],
    [2, "5", "must come to less than 2 pods, is 5, which comes to 5"],
    [1, "1", "must be 0 with a maxSurge of 1 or more, is 1, which comes to 1 of 1 as the surge is 1"],
  ])("of %i that comes to all: %s", (replicas, unavailable, message) => {
    expect(told("unavailable-all", rolling(replicas, unavailable))).toEqual([
      `error spec.strategy.rollingUpdate.maxUnavailable ${message}`,
    ]);
  });

  test("of one pod comes to 1 where both round to 0", () => {
    expect(told("unavailable-all", rolling(1, "25%", "0"))).toHaveLength(1);
  });

  test("that rounds down to none is noted, and one that was meant is not", () => {
    expect(told("unavailable-none", rolling(3, "25%"))).toEqual([
      "note spec.strategy.rollingUpdate.maxUnavailable should be the number that is meant: 25% of 3 comes to 0, with a surge of 1",
    ]);
    expect(told("unavailable-none", rolling(3, "0"))).toEqual([]);
    expect(told("unavailable-none", rolling(4, "25%"))).toEqual([]);
  });

  test("is obeyed by less than all", () => {
    expect(told("unavailable-all", rolling(3, "67%"))).toEqual([]);
  });
});

describe("other problems of a rollout", () => {
  test("one replica, and a bare Pod", () => {
    expect(told("one-replica", deployment())).toEqual(["warning spec.replicas should be 2 or more, is 1"]);
    expect(told("one-replica", deployment({ spec: "replicas: 2" }))).toEqual([]);
    expect(
      told("one-replica", "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: b}]}\n"),
    ).toHaveLength(1);
    const hook =
      'apiVersion: v1\nkind: Pod\nmetadata: {name: a, annotations: {"helm.sh/hook": test}}\nspec: {containers: [{name: b}]}\n';
    expect(told("one-replica", hook)).toEqual([]);
  });

  test("no readiness probe, of containers that serve", () => {
    expect(told("readiness-probe", deployment())).toHaveLength(1);
    expect(told("readiness-probe", deployment({ container: READY }))).toEqual([]);
    expect(told("readiness-probe", deployment().replace("ports: [{containerPort: 8080}]", "ports: []"))).toEqual([]);
  });

  test("Recreate", () => {
    expect(told("recreate", deployment({ spec: "strategy: {type: Recreate}" }))).toHaveLength(1);
    expect(told("unavailable-all", deployment({ spec: "strategy: {type: Recreate}" }))).toEqual([]);
  });

  test("no wait before SIGTERM", () => {
    expect(told("no-wait-before-stop", deployment())).toHaveLength(1);
    expect(
      told("no-wait-before-stop", deployment({ container: "lifecycle: {preStop: {sleep: {seconds: 5}}}" })),
    ).toEqual([]);
  });

  test("an autoscaler whose number every apply sets back", () => {
    const scaler =
      "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: s}\nspec: {maxReplicas: 9, scaleTargetRef: {kind: Deployment, name: web}}\n";
    expect(told("autoscaled-replicas", `${deployment({ spec: "replicas: 3" })}---\n${scaler}`)).toEqual([
      "warning spec.replicas should be left out: HorizontalPodAutoscaler s sets it, is 3",
    ]);
    expect(told("autoscaled-replicas", `${deployment()}---\n${scaler}`)).toEqual([]);
    expect(told("autoscaled-replicas", `${deployment({ name: "api", spec: "replicas: 3" })}---\n${scaler}`)).toEqual(
      [],
    );
  });

  test("an autoscaler keeps more pods than one, though the manifest leaves the number out", () => {
    const scaler =
      "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: s}\nspec: {minReplicas: 3, maxReplicas: 9, scaleTargetRef: {kind: Deployment, name: web}}\n";
    const text = `${deployment()}---\n${scaler}`;
    expect(told("one-replica", text)).toEqual([]);
    expect(told("eviction-budget", text)).toEqual([
      "note spec.replicas should be under a PodDisruptionBudget that lets 1 of 3 pods go",
    ]);
    expect(told("autoscaled-replicas", text)).toEqual([]);
  });

  test("an object that names no namespace may be in that of any other one, and two that name two are apart", () => {
    const web = deployment({ spec: "replicas: 3" });
    const inNamespace = (name: string) =>
      budget("maxUnavailable: 1").replace("{name: web}", `{name: web, namespace: ${name}}`);
    const both = (text: string) => [...told("eviction-budget", text), ...told("drainable", text)];
    expect(both(`${web}---\n${inNamespace("shop")}`)).toEqual([]);
    const other = web.replace("{name: web}", "{name: web, namespace: other}");
    expect(both(`${other}---\n${inNamespace("shop")}`)).toHaveLength(2);
  });

  test("several pods without a PodDisruptionBudget, and a budget that lets nobody go", () => {
    const web = deployment({ spec: "replicas: 3" });
    expect(told("eviction-budget", web)).toHaveLength(1);
    expect(told("eviction-budget", `${web}---\n${budget("maxUnavailable: 1")}`)).toEqual([]);
    expect(told("drainable", `${web}---\n${budget("minAvailable: 3")}`)).toHaveLength(1);
    const hook =
      'apiVersion: v1\nkind: Pod\nmetadata: {name: a, labels: {app: web}, annotations: {"helm.sh/hook": test}}\nspec: {containers: [{name: b}]}\n';
    expect(told("drainable", `${web}---\n${budget("minAvailable: 3")}---\n${hook}`)).toEqual([
      "error spec.minAvailable must let at least 1 of 3 pods go, is 3",
    ]);
  });
});

describe("rules that are not about rollouts", () => {
  const job =
    "apiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\nspec: {template: {spec: {containers: [{name: b, image: busybox}]}}}\n";

  test("look at pods of other workloads as well", () => {
    expect(told("non-root", job)).toEqual([
      "warning spec.template.spec.containers[0].securityContext.runAsNonRoot must be true, is undefined",
    ]);
    const cron =
      "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: a}\nspec: {jobTemplate: {spec: {template: {spec: {containers: [{name: b, image: busybox}]}}}}}\n";
    expect(told("pinned-image", cron)).toEqual([
      "warning spec.jobTemplate.spec.template.spec.containers[0].image must have a digest or a tag other than latest, is busybox",
    ]);
  });

  test("are ours alone where they know our service", () => {
    expect(check(deployment()).map(({ rule }) => rule)).not.toContain("graceful-stop");
    const all = problemsOf(objects(deployment()) as readonly Manifest[], ["anybody", "ours"]).map(({ rule }) => rule);
    expect(all).toContain("graceful-stop");
  });

  test("errors come first", () => {
    const levels = check(deployment({ spec: "strategy: {rollingUpdate: {maxUnavailable: 1}}" })).map(
      ({ level }) => level,
    );
    expect(levels[0]).toBe("error");
    expect(levels).toEqual(["error", "warning", "note"].flatMap((one) => levels.filter((level) => level === one)));
  });
});

describe("rules that need a plan", () => {
  const web = (image: string) =>
    objects(
      deployment({
        image,
        spec: "replicas: 4\nstrategy: {rollingUpdate: {maxSurge: 4, maxUnavailable: 0}}",
        container: "resources: {requests: {cpu: 500m, memory: 1Gi}}",
      }),
    );
  const quota = (hard: string) =>
    objects(`apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: team}\nspec: {hard: ${hard}}\n`);
  const found = (rule: string, hard: string) =>
    planFrom(web("web:1"), [...web("web:2"), ...quota(hard)]).problems.filter((problem) => problem.rule === rule);

  test.each([
    ["{pods: '7'}", "8 of pods, ResourceQuota team allows 7"],
    ["{requests.cpu: '3'}", "4000m of CPU, ResourceQuota team allows 3000m"],
    ["{requests.memory: 6Gi}", "8192Mi of memory, ResourceQuota team allows 6144Mi"],
  ])("a surge that does not fit the quota %s", (hard, words) => {
    expect(found("fits-quota", hard)).toMatchObject([
      { level: "error", path: "spec.strategy.rollingUpdate.maxSurge", message: expect.stringContaining(words) },
    ]);
  });

  test("a surge that fits exactly, and a change that creates nothing", () => {
    expect(found("fits-quota", "{pods: '8', requests.cpu: '4', requests.memory: 8Gi}")).toEqual([]);
    expect(
      planFrom(web("web:1"), [...web("web:1"), ...quota("{pods: '1'}")]).problems.filter(
        ({ rule }) => rule === "fits-quota",
      ),
    ).toEqual([]);
  });

  test("pods that run beside the workload count as well", () => {
    const other = objects(deployment({ name: "other", spec: "replicas: 2" }));
    const { problems } = planFrom([...web("web:1"), ...other], [...web("web:2"), ...quota("{pods: '9'}")]);
    expect(problems.find(({ rule }) => rule === "fits-quota")?.message).toContain(
      "10 of pods, ResourceQuota team allows 9",
    );
  });

  test("without a plan they say nothing", () => {
    const manifests = [...web("web:2"), ...quota("{pods: '1'}")] as readonly Manifest[];
    expect(problemsOf(manifests, ["anybody"]).filter(({ rule }) => rule.startsWith("fits-"))).toEqual([]);
  });
});

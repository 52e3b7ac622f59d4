import { describe, expect, test } from "vitest";
import { withSetValues } from "../../../cli/objects/set-values.ts";
import { hasOutage, isBad } from "../../../cli/plans/plan-objects.ts";
import { planReport, reportText } from "../../../cli/plans/plan-report.ts";
import { deployment, objects, planFrom } from "./objects.ts";

const POD = `apiVersion: v1
kind: Pod
metadata: {name: one}
spec:
  containers: [{name: app, image: "web:1"}]
`;

describe("what other people worked out by hand", () => {
  // https://github.com/BasedHardware/omi/pull/9915: 12 pods, 3 in flight, each may start for 300 s.
  test("12 pods, surge 2, unavailable 1 and a startup probe of 300 s: 4 waves, and 1200 s to wait", () => {
    const text = deployment({
      spec: "replicas: 12\nstrategy: {rollingUpdate: {maxSurge: 2, maxUnavailable: 1}}",
      container: "startupProbe: {httpGet: {path: /, port: 8080}, periodSeconds: 10, failureThreshold: 30}",
    });
    const old = objects(text);
    const planned = planFrom(old, withSetValues(old, "image=web:2"));
    expect(planned.plans).toMatchObject([{ waves: 4, budgetMs: 1_200_000, maxPods: 14, minReady: 11, outage: false }]);
    const shown = reportText(planReport([planned], "kubectl"));
    expect(shown).toContain(
      "Wait for up to 1200 s (4 waves of up to 300 s, which is what the startup probe allows a pod)",
    );
    expect(shown).toContain("kubectl rollout status deployment/web -n default --timeout=1200s");
    expect(isBad(planned)).toBe(false);
  });

  // https://kubernetes.io/docs/concepts/configuration/secret/ writes modes in base 8, which YAML 1.2 reads as 400.
  test("a mode in base 8 and a yes, as kubectl has sent them before, change nothing", () => {
    const text = (mode: string, optional: string) =>
      deployment({
        spec: "replicas: 2\nstrategy: {type: Recreate}",
        pod: `volumes: [{name: keys, secret: {secretName: keys, defaultMode: ${mode}, optional: ${optional}}}]`,
      });
    const planned = planFrom(objects(text("256", "true")), objects(text("0400", "yes")));
    expect(reportText(planReport([planned], "kubectl"))).toContain("nothing changes");
    expect(isBad(planned)).toBe(false);
  });

  // https://github.com/kubernetes/kubernetes/issues/95498: 1 pod becomes 5 with another template, surge 2, unavailable 1.
  test("scale and template at once: more pods than replicas and surge, and the plan says so", () => {
    const spec = (replicas: number) =>
      `replicas: ${replicas}\nstrategy: {rollingUpdate: {maxSurge: 2, maxUnavailable: 1}}`;
    const { plans } = planFrom(
      objects(deployment({ spec: spec(1) })),
      objects(deployment({ spec: spec(5), image: "web:2" })),
    );
    expect(plans).toMatchObject([{ maxPods: 8, beyond: 1, minReady: 1 }]);
  });

  // The homework's first solution: 6 replicas, surge 5.
  test("never all old and all new at once: surge 5 of 6", () => {
    const spec = "replicas: 6\nstrategy: {rollingUpdate: {maxSurge: 5, maxUnavailable: 0}}";
    const old = objects(deployment({ spec }));
    const text = reportText(planReport([planFrom(old, withSetValues(old, "image=web:2"))], "kubectl"));
    expect(text).toContain("Never all old and all new at once: surge 5 of 6.");
  });
});

describe("what becomes of a changed bare Pod depends on who applies it", () => {
  const old = objects(POD);
  const image = objects(POD.replace("web:1", "web:2"));
  const command = objects(POD.replace('"web:1"', '"web:1", command: [sh]'));

  test("by kubectl another image restarts its container in place", () => {
    const planned = planFrom(old, image);
    expect(planned.plans).toMatchObject([{ change: "restart", outage: true, created: 0, replaced: [] }]);
    expect(hasOutage(planned)).toBe(true);
  });

  test("by kubectl and helm anything else is refused", () => {
    for (const appliedBy of ["kubectl", "helm"] as const) {
      const planned = planFrom(old, command, { appliedBy });
      expect(planned.plans).toMatchObject([
        { change: "none", refused: expect.stringContaining("containers[app].command") },
      ]);
      expect(isBad(planned)).toBe(true);
      expect(reportText(planReport([planned], appliedBy))).toContain("the API server refuses the change");
    }
  });

  test("as the cluster has it, with a node of its own", () => {
    const got = (tag: string) => objects(POD.replace("web:1", tag).replace("spec:", "spec:\n  nodeName: node-1"));
    expect(planFrom(got("web:1"), got("web:2")).plans).toMatchObject([
      { change: "restart", templateChanges: ["containers[app].image"] },
    ]);
  });

  test("by Pulumi it is deleted and created anew", () => {
    expect(planFrom(old, command, { appliedBy: "pulumi" }).plans).toMatchObject([
      { change: "replace", replaced: ["one"] },
    ]);
  });
});

/** What `kubectl get -o yaml` prints of an object that kubectl applied: `applied` is the manifest of that time. */
function inCluster(text: string, applied: string) {
  const [manifest] = objects(applied);
  const annotations = { "kubectl.kubernetes.io/last-applied-configuration": JSON.stringify(manifest) };
  return objects(text).map((one) => ({ ...one, metadata: { ...one.metadata, uid: "1", annotations } }));
}

describe("what kubectl get -o yaml printed", () => {
  test("has from others what a cluster has: a restart is no change", () => {
    const by = (restart: string) => deployment().replace("labels: {app: web}", `labels: {app: web}${restart}`);
    const restarted = by(', annotations: {kubectl.kubernetes.io/restartedAt: "now"}');
    expect(planFrom(inCluster(restarted, deployment()), objects(deployment())).plans).toMatchObject([
      { change: "none", templateChanges: [] },
    ]);
    expect(planFrom(objects(restarted), objects(deployment())).plans).toMatchObject([{ change: "roll" }]);
  });

  test("may be edited and applied: a Pod's token is no change", () => {
    const printed = `${POD}  volumes: [{name: kube-api-access-x, projected: {sources: []}}]\n`;
    const wanted = inCluster(printed.replace("web:1", "web:2"), POD);
    expect(planFrom(inCluster(printed, POD), wanted).plans).toMatchObject([
      { change: "restart", templateChanges: ["containers[app].image"] },
    ]);
    expect(planFrom(inCluster(printed, POD), objects(POD)).plans).toMatchObject([{ change: "none" }]);
  });
});

describe("objects that are no longer wanted", () => {
  const [web, api] = [objects(deployment()), objects(deployment({ name: "api" }))];

  test("stay if kubectl applies the others, and go if Helm does", () => {
    expect(planFrom([...web, ...api], web).plans).toHaveLength(1);
    const { plans } = planFrom([...web, ...api], web, { appliedBy: "helm", removes: true });
    expect(plans).toMatchObject([
      { name: "web", change: "none" },
      { name: "api", change: "remove", outage: true },
    ]);
  });
});

describe("the number of replicas that a manifest leaves out", () => {
  const scaler = objects(`apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec: {minReplicas: 4, maxReplicas: 9, scaleTargetRef: {kind: Deployment, name: web}}
`);

  test("stays what it is, is the autoscaler's least, or else 1", () => {
    const web = objects(deployment());
    expect(planFrom(undefined, web).plans).toMatchObject([{ podsAfter: { "web:1": 1 } }]);
    expect(planFrom(undefined, [...web, ...scaler]).plans).toMatchObject([{ podsAfter: { "web:1": 4 } }]);
    const left = inCluster(deployment({ spec: "replicas: 7" }), deployment());
    expect(planFrom(left, [...web, ...scaler]).plans).toMatchObject([{ change: "none", podsAfter: { "web:1": 7 } }]);
    const three = inCluster(deployment({ spec: "replicas: 3" }), deployment());
    expect(planFrom(three, [...web, ...scaler]).plans).toMatchObject([{ change: "scale", podsAfter: { "web:1": 4 } }]);
  });

  test("is 1 at first where the manifest before named it", () => {
    const seven = deployment({ spec: "replicas: 7" });
    const wanted = [...objects(deployment()), ...scaler];
    const toOne = [{ change: "scale", podsBefore: { "web:1": 7 }, podsAfter: { "web:1": 1 } }];
    expect(planFrom(objects(seven), wanted).plans).toMatchObject(toOne);
    expect(planFrom(inCluster(seven, seven), wanted).plans).toMatchObject(toOne);
    expect(planFrom(inCluster(seven, seven), wanted, { appliedBy: "helm" }).plans).toMatchObject([{ change: "none" }]);
  });

  test("stays 0, which autoscalers leave alone", () => {
    const none = inCluster(deployment({ spec: "replicas: 0" }), deployment());
    for (const wanted of [objects(deployment()), [...objects(deployment()), ...scaler]])
      expect(planFrom(none, wanted).plans).toMatchObject([{ change: "none", podsAfter: {} }]);
  });

  test("is the autoscaler's least among what runs as well, and 1 only where the autoscaler is new", () => {
    const [old, wanted] = [objects(deployment()), objects(deployment({ image: "web:2" }))];
    expect(planFrom([...old, ...scaler], [...wanted, ...scaler]).plans).toMatchObject([
      { change: "roll", podsBefore: { "web:1": 4 }, podsAfter: { "web:2": 4 }, readyBefore: 4 },
    ]);
    expect(planFrom(old, [...wanted, ...scaler]).plans).toMatchObject([
      { podsBefore: { "web:1": 1 }, podsAfter: { "web:2": 4 } },
    ]);
  });

  test("is no problem of a manifest that leaves it to the autoscaler", () => {
    const rules = planFrom(undefined, [...objects(deployment()), ...scaler]).problems.map(({ rule }) => rule);
    expect(rules).not.toContain("autoscaled-replicas");
    expect(rules).not.toContain("one-replica");
    expect(rules).toContain("eviction-budget");
  });
});

describe("revisions have names that tell old from new", () => {
  const podsThen = (old: string, wanted: string) =>
    Object.keys(planFrom(objects(old), objects(wanted)).plans[0]?.podsAfter ?? {});
  const podsNow = (old: string, wanted: string) =>
    Object.keys(planFrom(objects(old), objects(wanted)).plans[0]?.podsBefore ?? {});

  test("the image, wherever it comes from", () => {
    const [old, wanted] = [deployment({ image: "ghcr.io/a/web:1" }), deployment({ image: "ghcr.io/a/web:2" })];
    expect([podsNow(old, wanted), podsThen(old, wanted)]).toEqual([["web:1"], ["web:2"]]);
  });

  test("old and new, where only another field changes", () => {
    const wanted = deployment({ container: "env: [{name: A, value: b}]" });
    expect([podsNow(deployment(), wanted), podsThen(deployment(), wanted)]).toEqual([["web:1 (old)"], ["web:1 (new)"]]);
  });

  test("the version, where the labels have one and the image stays", () => {
    const labelled = (version: string) =>
      deployment().replace("labels: {app: web}", `labels: {app: web, app.kubernetes.io/version: "${version}"}`);
    expect([podsNow(labelled("1.0"), labelled("1.1")), podsThen(labelled("1.0"), labelled("1.1"))]).toEqual([
      ["1.0"],
      ["1.1"],
    ]);
  });
});

test("hooks, other workloads and kinds of others are named and not planned", () => {
  const text = [
    "Job|batch/v1|migrate|helm.sh/hook: pre-upgrade",
    "Job|batch/v1|plain|a: b",
    "Rollout|argoproj.io/v1alpha1|x|a: b",
    "ConfigMap|v1|c|a: b",
  ]
    .map((line) => line.split("|"))
    .map(
      ([kind, version, name, note]) =>
        `kind: ${kind}\napiVersion: ${version}\nmetadata: {name: ${name}, annotations: {${note}}}\n`,
    )
    .join("---\n");
  const planned = planFrom(undefined, objects(text));
  expect(planned.notPlanned.map(({ object }) => object)).toEqual(["Job/migrate", "Job/plain", "Rollout/x"]);
  expect(planned.notPlanned[0]?.why).toBe("a Helm hook, pre-upgrade");
  expect(isBad(planned)).toBe(false);
});

describe("an outage", () => {
  test("is one if the strategy is Recreate", () => {
    const old = objects(deployment({ spec: "replicas: 3\nstrategy: {type: Recreate}" }));
    const planned = planFrom(old, withSetValues(old, "image=web:2"));
    expect([hasOutage(planned), isBad(planned)]).toEqual([true, true]);
  });

  test("is none if another workload serves behind the same Service", () => {
    const service = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}}\n";
    const recreate = deployment({ spec: "replicas: 1\nstrategy: {type: Recreate}" });
    const other = deployment({ spec: "replicas: 2" }).replace("metadata: {name: web}", "metadata: {name: second}");
    const old = objects([recreate, other, service].join("---\n"));
    const wanted = objects([recreate.replace("web:1", "web:2"), other, service].join("---\n"));
    expect(hasOutage(planFrom(old, wanted))).toBe(false);
  });
});

describe("--set", () => {
  const old = objects(deployment());
  test.each([
    ["replicas=many", 'got "replicas=many", allowed: replicas=NUMBER'],
    ["image=", 'got "image="'],
    ["tag=2", 'got "tag=2"'],
    ["image.apo=web:2", "got image.apo, allowed: image.app=REFERENCE. Did you mean app?"],
  ])("refuses %s", (text, message) => {
    expect(() => withSetValues(old, text)).toThrow(message);
  });

  test("changes the workload, and not the Pod that Helm runs as a test", () => {
    const hook = objects(POD.replace("{name: one}", '{name: one, annotations: {"helm.sh/hook": test}}'));
    const [changed, ...rest] = withSetValues([...old, ...hook], "replicas=2");
    expect(changed).toMatchObject({ kind: "Deployment", spec: { replicas: 2 } });
    expect(rest).toEqual(hook);
    expect(() => withSetValues(hook, "image=web:2")).toThrow("got 0 workloads (none), allowed: exactly one");
  });

  test("wants one workload", () => {
    expect(() => withSetValues([...old, ...objects(deployment({ name: "api" }))], "replicas=2")).toThrow(
      "got 2 workloads (Deployment/web, Deployment/api), allowed: exactly one",
    );
  });
});

describe("a StatefulSet", () => {
  const db = (image: string, more = "") =>
    objects(
      `${deployment({ name: "db", image, spec: `replicas: 3\nserviceName: db\n${more}` })}`.replace(
        "kind: Deployment",
        "kind: StatefulSet",
      ),
    );

  test("is planned in order, with the names of its pods, and waited for", () => {
    const planned = planFrom(db("db:1"), withSetValues(db("db:1"), "image=db:2"));
    expect(planned.notPlanned).toEqual([]);
    expect(planned.plans).toMatchObject([
      { kind: "StatefulSet", change: "roll", replaced: ["db-0", "db-1", "db-2"], minReady: 2 },
    ]);
    expect(planned.plans[0]?.podsAfter).toEqual({ "db:2": 3 });
    expect(reportText(planReport([planned], "kubectl"))).toContain("kubectl rollout status statefulset/db -n default");
  });

  test("keeps its pods below the partition", () => {
    const partition = "updateStrategy: {rollingUpdate: {partition: 2}}";
    const { plans } = planFrom(db("db:1", partition), db("db:2", partition));
    expect(plans).toMatchObject([
      { replaced: ["db-2"], surviving: ["db-0", "db-1"], podsAfter: { "db:1": 2, "db:2": 1 } },
    ]);
  });
});

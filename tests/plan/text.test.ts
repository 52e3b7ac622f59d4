import { expect, test } from "vitest";
import { toPlanned } from "../../cli/stack/planned-rollout.ts";
import type { Live } from "../../kubernetes/live.ts";
import { templateOf, type WorkloadManifest } from "../../kubernetes/manifest.ts";
import { planText } from "../../plan/text.ts";
import { liveDeployment, livePod, liveReplicaSet, NOTHING, only, paused, withRelease } from "./support/live.ts";
import { planRollouts } from "./support/ours.ts";

const rolling = only("rolling");
const blueGreen = only("blue-green");
const recreate = only("recreate");
const replicaset = only("replicaset");
const pod = only("pod");
const v2 = (stack: string, config: Record<string, string> = {}) => only(stack, { ...config, release: "v2" });
const six = (workload: WorkloadManifest, release = "v1") => liveDeployment(workload, [{ release, pods: 6 }]);
const three = liveReplicaSet(replicaset, "v1", ["v1", "v1", "v1"]);
const onePod = { ...NOTHING, pods: [livePod("online-inference", templateOf(pod))] };
const broken = withRelease(only("rolling", { progressDeadlineSeconds: "60" }), "v3-broken");
const noCanary = structuredClone(v2("rolling"));
if (noCanary.kind === "Deployment" && noCanary.spec) noCanary.spec.replicas = 0;
const evicted = livePod("v1-evicted", templateOf(recreate), {
  owner: "ReplicaSet/online-inference-v1",
  ready: false,
  phase: "Failed",
});
const withEnded = { ...six(recreate), pods: [...six(recreate).pods, evicted] };
const stuck = liveDeployment(rolling, [
  { release: "v2", pods: 4 },
  { release: "v3-broken", pods: 6, ready: 0 },
]);

const cases: readonly (readonly [title: string, wanted: WorkloadManifest, live: Live])[] = [
  ["rolling: first deployment", rolling, NOTHING],
  ["rolling: nothing changes", rolling, six(rolling)],
  ["rolling: v2", v2("rolling"), six(rolling)],
  ["rolling: a release that never gets ready", broken, six(rolling, "v2")],
  ["rolling: the same once more", broken, stuck],
  ["rolling: back to the good release", v2("rolling"), stuck],
  ["rolling: fewer pods", only("rolling", { replicas: "4" }), six(rolling)],
  ["rolling: scaled by hand", rolling, liveDeployment(rolling, [{ release: "v1", pods: 2 }], 2)],
  [
    "rolling: v2 and more pods",
    v2("rolling", { replicas: "5", maxSurge: "25%", maxUnavailable: "25%" }),
    liveDeployment(rolling, [{ release: "v1", pods: 1 }], 1),
  ],
  ["rolling: v2, paused", paused(v2("rolling")), six(rolling)],
  ["rolling: v2 and more pods, paused", paused(v2("rolling", { replicas: "8" })), six(rolling)],
  ["canary: promoted", noCanary, liveDeployment(rolling, [{ release: "v1", pods: 2 }], 2)],
  ["blue-green: v2", v2("blue-green"), six(blueGreen)],
  ["blue-green: v2, minReadySeconds 2", v2("blue-green", { minReadySeconds: "2" }), six(blueGreen)],
  ["recreate: v2", v2("recreate"), six(recreate)],
  ["recreate: v2, while a pod that has ended lies there", v2("recreate"), withEnded],
  ["replicaset: v2 and fewer pods", v2("replicaset", { replicas: "2" }), three],
  ["replicaset: v2 and more pods", v2("replicaset", { replicas: "5" }), three],
  [
    "replicaset: the same once more",
    v2("replicaset", { replicas: "2" }),
    liveReplicaSet(replicaset, "v2", ["v1", "v1"]),
  ],
  ["pod: first deployment", pod, NOTHING],
  ["pod: v2", v2("pod"), onePod],
  ["playground: from pod to rolling", rolling, onePod],
];

test("says for every strategy what will happen", async () => {
  const texts = cases.map(([title, wanted, live]) => `# ${title}\n${planText(planRollouts([wanted], live))}\n`);
  await expect(texts.join("\n")).toMatchFileSnapshot("snapshots/plan-text.txt");
});

test("speaks of a single pod in the singular", () => {
  const one = liveDeployment(only("blue-green", { replicas: "1" }), [{ release: "v1", pods: 1 }]);
  const text = planText(planRollouts([v2("blue-green", { replicas: "1" })], one));
  expect(text).toContain("The old and the new pod are Ready at one instant.");
  expect(text).not.toMatch(/\b1 pods|\ball 1\b/i);
});

test("is one line when no pod changes", () => {
  expect(planText(planRollouts([rolling], six(rolling)))).toBe("Rollout: no pod changes.");
});

test.each(cases)("can be recorded: %s", (_, wanted, live) => {
  for (const plan of planRollouts([wanted], live)) {
    const planned = toPlanned(plan, []);
    // JSON cannot hold Infinity, so a plan must not have it.
    expect(JSON.parse(JSON.stringify(planned))).toEqual(planned);
    expect(planned.workload).toBe(`${plan.kind}/${plan.name}`);
    expect(planned.sentences.length).toBeGreaterThan(0);
  }
});

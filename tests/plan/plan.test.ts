import { describe, expect, test } from "vitest";
import { templateOf } from "../../kubernetes/manifest.ts";
import { sampleWorkloads } from "../stacks/support/sample.ts";
import { liveDeployment, livePod, liveReplicaSet, NOTHING, only, withRelease } from "./support/live.ts";
import { planRollout, planRollouts } from "./support/ours.ts";

const names = (release: string, pods: number) => Array.from({ length: pods }, (_, index) => `${release}-${index}`);
const NO_ONE = { goes: 0, among: [] };
const IMAGE = "containers[online-inference].image";
const VERSION = "metadata.labels[app.kubernetes.io/version]";

describe("a rolling update (6 pods, surge 4, unavailable 2)", () => {
  const v1 = only("rolling");
  const v2 = only("rolling", { release: "v2" });
  const broken = withRelease(v1, "v3-broken");

  test("that is the first deployment", () => {
    expect(planRollout(v1, NOTHING)).toMatchObject({
      change: "create",
      releaseAfter: "v1",
      podsBefore: {},
      podsAfter: { v1: 6 },
      maxPods: 6,
      minReady: 0,
      outage: false,
      created: 6,
      replaced: [],
      surviving: [],
    });
  });

  test("that changes nothing", () => {
    expect(planRollout(v1, liveDeployment(v1, [{ release: "v1", pods: 6 }]))).toMatchObject({
      change: "none",
      templateChanges: [],
      maxPods: 6,
      minReady: 6,
      created: 0,
      surviving: names("v1", 6),
      durationMs: { least: 0, most: 0 },
    });
  });

  test("to another release", () => {
    const plan = planRollout(v2, liveDeployment(v1, [{ release: "v1", pods: 6 }]));
    expect(plan).toMatchObject({
      change: "roll",
      releaseBefore: "v1",
      releaseAfter: "v2",
      templateChanges: [IMAGE, VERSION],
      podsAfter: { v2: 6 },
      maxPods: 10,
      minReady: 4,
      outage: false,
      replaced: names("v1", 6),
      surviving: [],
      undecided: NO_ONE,
      created: 6,
      together: { likely: "never" },
      // All old pods may still terminate when the last new one is created.
      peak: { pods: 12, cpuMillicores: 12 * 50, memoryBytes: 12 * 64 * 2 ** 20 },
    });
    expect(plan).not.toHaveProperty("stops");
  });

  test("to a release that never gets ready: it stops, users keep the old one", () => {
    expect(planRollout(broken, liveDeployment(v1, [{ release: "v2", pods: 6 }]))).toMatchObject({
      change: "roll",
      podsAfter: { v2: 4, "v3-broken": 6 },
      maxPods: 10,
      minReady: 4,
      outage: false,
      replaced: [],
      surviving: [],
      undecided: { goes: 2, among: names("v2", 6) },
      stops: "release v3-broken is made never to get ready",
    });
  });

  test("that stops is given up at its deadline", () => {
    const patient = withRelease(only("rolling", { progressDeadlineSeconds: "40" }), "v3-broken");
    expect(planRollout(patient, liveDeployment(v1, [{ release: "v2", pods: 6 }]))).toMatchObject({
      durationMs: { least: 40_000, most: 40_000 },
    });
  });

  const stuck = liveDeployment(v1, [
    { release: "v2", pods: 4 },
    { release: "v3-broken", pods: 6, ready: 0 },
  ]);

  test("that stopped stays stopped", () => {
    expect(planRollout(broken, stuck)).toMatchObject({ change: "none", minReady: 4, maxPods: 10, stops: /never/ });
  });

  test("that stopped is mended by the release before", () => {
    expect(planRollout(v2, stuck)).toMatchObject({
      change: "roll",
      podsAfter: { v2: 6 },
      maxPods: 10,
      minReady: 4,
      replaced: names("v3-broken", 6),
      surviving: names("v2", 4),
      created: 2,
    });
  });

  test("that stopped is mended by a third release: nobody who serves goes before a successor is there", () => {
    expect(planRollout(v1, stuck)).toMatchObject({
      change: "roll",
      podsAfter: { v1: 6 },
      maxPods: 10,
      minReady: 4,
      replaced: [...names("v2", 4), ...names("v3-broken", 6)],
    });
  });

  test("that was interrupted goes on by itself", () => {
    const live = liveDeployment(v1, [
      { release: "v1", pods: 3 },
      { release: "v2", pods: 6, ready: 1 },
    ]);
    expect(planRollout(v2, live)).toMatchObject({
      change: "roll",
      templateChanges: [],
      replaced: names("v1", 3),
      surviving: names("v2", 6),
      created: 0,
      maxPods: 9,
      minReady: 4,
    });
  });

  test.each([
    [
      "replicas",
      "3",
      { replaced: [], undecided: { goes: 3, among: names("v1", 6) }, maxPods: 6, minReady: 3, created: 0 },
    ],
    ["replicas", "8", { surviving: names("v1", 6), maxPods: 8, minReady: 6, created: 2 }],
  ])("with %s=%s is a matter of scaling", (key, value, expected) => {
    const live = liveDeployment(v1, [{ release: "v1", pods: 6 }]);
    expect(planRollout(only("rolling", { [key]: value }), live)).toMatchObject({
      change: "scale",
      podsAfter: { v1: Number(value) },
      ...expected,
    });
  });

  test("when somebody scaled it by hand", () => {
    expect(planRollout(v1, liveDeployment(v1, [{ release: "v1", pods: 2 }], 2))).toMatchObject({
      change: "scale",
      podsAfter: { v1: 6 },
      created: 4,
      minReady: 2,
    });
  });

  test("scales what is old before it rolls when number and release change at once", () => {
    expect(
      planRollout(only("rolling", { release: "v2", replicas: "8" }), liveDeployment(v1, [{ release: "v1", pods: 6 }])),
    ).toMatchObject({ change: "roll", podsAfter: { v2: 8 }, created: 10, maxPods: 14, beyond: 2, minReady: 6 });
  });

  test("when a pod was deleted by hand, which comes again by itself", () => {
    const live = liveDeployment(v1, [{ release: "v1", pods: 6 }]);
    const [gone, ...pods] = live.pods;
    if (gone?.metadata) gone.metadata.deletionTimestamp = new Date(0);
    expect(planRollout(v1, { ...live, pods: [...pods, ...(gone ? [gone] : [])] })).toMatchObject({
      change: "none",
      minReady: 5,
      surviving: names("v1", 6).slice(1),
      peak: { pods: 7 },
    });
  });
});

describe("rounding and bounds", () => {
  const bounds = (config: Record<string, string>, pods: number) => {
    const values = { replicas: String(pods), ...config };
    const live = liveDeployment(only("rolling", values), [{ release: "v1", pods }]);
    const { maxPods, minReady, outage, waves } = planRollout(only("rolling", { ...values, release: "v2" }), live);
    return { maxPods, minReady, outage, waves };
  };

  test.each([
    [{ maxSurge: "25%", maxUnavailable: "25%" }, 6, { maxPods: 8, minReady: 5, outage: false, waves: 2 }],
    [{ maxSurge: "34%", maxUnavailable: "34%" }, 3, { maxPods: 5, minReady: 2, outage: false, waves: 1 }],
    [{ maxSurge: "1%", maxUnavailable: "0" }, 3, { maxPods: 4, minReady: 3, outage: false, waves: 3 }],
    [{ maxSurge: "0", maxUnavailable: "1" }, 3, { maxPods: 3, minReady: 2, outage: false, waves: 3 }],
    // Both round to 0, so Kubernetes lets one pod be unavailable.
    [{ maxSurge: "0", maxUnavailable: "10%" }, 3, { maxPods: 3, minReady: 2, outage: false, waves: 3 }],
    [{ maxSurge: "0", maxUnavailable: "1" }, 1, { maxPods: 1, minReady: 0, outage: true, waves: 1 }],
    [{ maxSurge: "1", maxUnavailable: "1" }, 1, { maxPods: 2, minReady: 0, outage: true, waves: 1 }],
    [{ maxSurge: "0", maxUnavailable: "100%" }, 4, { maxPods: 4, minReady: 0, outage: true, waves: 1 }],
  ])("%o of %i pods", (config, pods, expected) => {
    expect(bounds(config, pods)).toEqual(expected);
  });
});

describe("blue-green by surge", () => {
  const roll = (config: Record<string, string> = {}) =>
    planRollout(
      only("blue-green", { ...config, release: "v2" }),
      liveDeployment(only("blue-green", config), [{ release: "v1", pods: 6 }]),
    );

  test("has all old and all new pods at once, Ready if they start within minReadySeconds", () => {
    expect(roll()).toMatchObject({
      maxPods: 12,
      minReady: 6,
      outage: false,
      together: { likely: true, withinMs: 4_000, expectedMs: 3_500 },
    });
  });

  test("is not certain of that instant when minReadySeconds is short", () => {
    expect(roll({ minReadySeconds: "2" })).toMatchObject({ together: { likely: false, withinMs: 1_000 } });
  });

  test("cannot have that instant when a pod may be missing", () => {
    expect(roll({ maxUnavailable: "1" })).toMatchObject({ together: { likely: "never" } });
  });
});

test("two colours and a canary are planned each by itself", () => {
  for (const stack of ["switch", "canary"]) {
    const plans = planRollouts(sampleWorkloads(stack), NOTHING);
    expect(plans).toHaveLength(2);
    for (const plan of plans)
      expect(plan).toMatchObject({ kind: "Deployment", change: expect.stringMatching(/create/) });
  }
});

describe("a ReplicaSet", () => {
  const v1 = only("replicaset");
  const three = liveReplicaSet(v1, "v1", ["v1", "v1", "v1"]);
  const v2 = (replicas: number) => only("replicaset", { release: "v2", replicas: String(replicas) });

  test("with a new release and fewer pods: surplus old ones go, the survivors stay old", () => {
    expect(planRollout(v2(2), three)).toMatchObject({
      change: "mixed",
      podsAfter: { v1: 2 },
      maxPods: 3,
      minReady: 2,
      outage: false,
      replaced: [],
      undecided: { goes: 1, among: names("v1", 3) },
      created: 0,
    });
  });

  test("with a new release and more pods: only the added ones are new", () => {
    expect(planRollout(v2(5), three)).toMatchObject({
      change: "mixed",
      podsAfter: { v1: 3, v2: 2 },
      maxPods: 5,
      minReady: 3,
      surviving: names("v1", 3),
      created: 2,
    });
  });

  test("with a new release alone replaces no pod", () => {
    expect(planRollout(v2(3), three)).toMatchObject({ change: "mixed", surviving: names("v1", 3), created: 0 });
  });

  test("of which the pods were deleted by hand has new ones", () => {
    const live = liveReplicaSet(v1, "v2", ["v2", "v2"]);
    expect(planRollout(v2(2), live)).toMatchObject({ change: "none", podsAfter: { v2: 2 } });
  });

  test("without a change is left alone", () => {
    expect(planRollout(v1, three)).toMatchObject({ change: "none", surviving: names("v1", 3) });
  });

  test("whose pods must be ready for a while takes so much longer, or a second less, since Kubernetes keeps whole seconds", () => {
    const patient = structuredClone(v2(5));
    if (patient.kind === "ReplicaSet" && patient.spec) patient.spec.minReadySeconds = 7;
    const [{ durationMs }, plain] = [planRollout(patient, three), planRollout(v2(5), three)];
    expect(durationMs).toEqual({ least: plain.durationMs.least + 6_000, most: plain.durationMs.most + 7_000 });
  });

  test("whose surplus is known to go: what does not get ready goes first", () => {
    const [first, ...others] = three.pods;
    const container = { name: "web", image: "", imageID: "", ready: false, restartCount: 2 };
    if (first?.status) first.status = { ...first.status, conditions: [], containerStatuses: [container] };
    expect(planRollout(v2(2), { ...three, pods: [...others, ...(first ? [first] : [])] })).toMatchObject({
      replaced: ["v1-0"],
      surviving: ["v1-1", "v1-2"],
      undecided: NO_ONE,
      minReady: 2,
    });
  });

  test("that loses all its pods is an outage", () => {
    const none = structuredClone(v1);
    if (none.kind === "ReplicaSet" && none.spec) none.spec.replicas = 0;
    const ready = liveReplicaSet(v1, "v1", ["v1"]);
    expect(planRollout(none, ready)).toMatchObject({ change: "scale", outage: true, minReady: 0, replaced: ["v1-0"] });
  });
});

describe("a bare Pod", () => {
  const v1 = only("pod");
  const v2 = only("pod", { release: "v2" });
  const live = { ...NOTHING, pods: [livePod("online-inference", templateOf(v1))] };

  test("that is not there is created", () => {
    expect(planRollout(v1, NOTHING)).toMatchObject({
      change: "create",
      podsAfter: { v1: 1 },
      outage: false,
      maxPods: 1,
    });
  });

  test("that is as wanted stays", () => {
    expect(planRollout(v1, live)).toMatchObject({ change: "none", surviving: ["online-inference"], minReady: 1 });
  });

  test("of another release is deleted first: an outage", () => {
    expect(planRollout(v2, live)).toMatchObject({
      change: "replace",
      releaseBefore: "v1",
      podsAfter: { v2: 1 },
      maxPods: 1,
      minReady: 0,
      outage: true,
      outageMs: { least: 8_500, most: 38_000 },
      replaced: ["online-inference"],
      surviving: [],
      peak: { pods: 1 },
    });
  });

  test("of which only labels change stays", () => {
    const labelled = withRelease(v1, "v1");
    if (labelled.metadata) labelled.metadata.labels = { ...labelled.metadata.labels, team: "lab" };
    expect(planRollout(labelled, live)).toMatchObject({ change: "none", templateChanges: ["metadata.labels[team]"] });
  });

  test.each(["Failed", "Succeeded"])("that has ended (%s) is made anew", (phase) => {
    const ended = livePod("online-inference", templateOf(v1), { ready: false, phase });
    expect(planRollout(v1, { ...NOTHING, pods: [ended] })).toMatchObject({ change: "create", outage: false });
  });

  test("that starts late says so in its duration", () => {
    const slow = planRollout(only("probes", { startDelaySeconds: "25" }), NOTHING);
    expect(slow.durationMs.least).toBeGreaterThanOrEqual(25_000);
  });
});

describe("what runs and is not wanted any more", () => {
  test("goes", () => {
    const live = { ...NOTHING, pods: [livePod("online-inference", templateOf(only("pod")))] };
    expect(planRollouts([only("rolling")], live)).toMatchObject([
      { kind: "Deployment", change: "create" },
      { kind: "Pod", change: "remove", outage: true, replaced: ["online-inference"], podsAfter: {} },
    ]);
  });

  test("is not ours when Pulumi did not make it", () => {
    const stranger = livePod("shell", { metadata: { labels: { "app.kubernetes.io/instance": "rolling" } } });
    expect(planRollouts([only("rolling")], { ...NOTHING, pods: [stranger] })).toHaveLength(1);
  });
});

import type { V1Service } from "@kubernetes/client-node";
import { describe, expect, test } from "vitest";
import { toPlannedServices } from "../../cli/stack/planned-rollout.ts";
import type { Live } from "../../kubernetes/live.ts";
import { templateOf } from "../../kubernetes/manifest.ts";
import { planText } from "../../plan/text.ts";
import { experimentNames } from "../../stacks/index.ts";
import { orderOf } from "../../stacks/program/prepare.ts";
import { sampleDeclarations, sampleWorkloads } from "../stacks/support/sample.ts";
import { liveDeployment, livePod, NOTHING, only } from "./support/live.ts";
import { planRollouts, planServices } from "./support/ours.ts";
import { liveStack, liveWorkload, merged, planStack } from "./support/stack.ts";

const CANARY = { release: "v1", canaryReplicas: "2" };
const PROMOTED = { release: "v2", canaryReplicas: "0" };
const BLUE = "Deployment/online-inference-blue";
const GREEN = "Deployment/online-inference-green";
const SWITCH = { blueRelease: "v1", greenRelease: "v2", active: "blue" };

type Values = Readonly<Record<string, string>>;

/** A Service that selects pods by labels. */
const service = (name: string, selector: Record<string, string>): V1Service => ({
  metadata: { name },
  spec: { selector },
});

/** The live state of a Deployment of the switch that has pods which never get Ready. */
const stuck = (values: Record<string, string>): Live => {
  const [blue, green] = sampleWorkloads("switch", values);
  if (!blue || !green) throw new Error("two colours are expected");
  const never = liveDeployment(green, [{ release: "v3-broken", pods: 3, ready: 0 }]);
  return merged(liveWorkload(blue), never, { ...NOTHING, services: liveStack("switch", values).services });
};

/** Steps of the experiments that have two Deployments behind one Service. */
const STEPS: readonly (readonly [title: string, stack: string, wanted: Values, live: Live])[] = [
  ["canary: first deployment", "canary", { release: "v1" }, NOTHING],
  ["canary: a third of the pods", "canary", CANARY, liveStack("canary", { release: "v1" })],
  ["canary: promoted", "canary", PROMOTED, liveStack("canary", CANARY)],
  [
    "canary: promoted, but it never gets ready",
    "canary",
    { ...PROMOTED, release: "v3-broken" },
    liveStack("canary", CANARY),
  ],
  ["switch: first deployment", "switch", { ...SWITCH, greenRelease: "v1" }, NOTHING],
  ["switch: the idle colour changes", "switch", SWITCH, liveStack("switch", { ...SWITCH, greenRelease: "v1" })],
  ["switch: switched", "switch", { ...SWITCH, active: "green" }, liveStack("switch", SWITCH)],
];

test("says for every step what users meet", async () => {
  const texts = STEPS.map(([title, stack, wanted, live]) => `# ${title}\n${planStack(stack, wanted, live).text}\n`);
  await expect(texts.join("\n")).toMatchFileSnapshot("snapshots/service-text.txt");
});

test.each(STEPS)("can be recorded: %s", (_, stack, wanted, live) => {
  const { rollouts, services } = planStack(stack, wanted, live);
  const planned = toPlannedServices(services, rollouts);
  // JSON cannot hold Infinity.
  expect(JSON.parse(JSON.stringify(planned))).toEqual(planned);
  expect(planned).toMatchObject([{ service: "online-inference" }]);
});

const lines = (text: string) => text.split("\n").map((line) => line.trim());

describe("two Deployments behind one Service", () => {
  test("a canary that is promoted leaves its own Deployment without pods, and no user notices", () => {
    const { services, text } = planStack("canary", PROMOTED, liveStack("canary", CANARY));
    expect(services).toMatchObject([
      {
        name: "online-inference",
        change: "keep",
        before: [
          { workload: "Deployment/online-inference-stable", release: "v1", pods: 4 },
          { workload: "Deployment/online-inference-canary", release: "v2", pods: 2 },
        ],
        after: [{ workload: "Deployment/online-inference-stable", release: "v2", pods: 6 }],
        minReady: 4,
        outage: "no",
      },
    ]);
    expect(text).not.toMatch(/Outage:|Users are left|is ready for/);
    expect(lines(text)).toEqual(
      expect.arrayContaining([
        "Users of Service/online-inference: 4 pods of v1 (online-inference-stable) and 2 of v2 (online-inference-canary) serve now, then 6 pods of v2 (online-inference-stable).",
        expect.stringMatching(/^At least 4 endpoints are ready at any time \(now: 6\), at most \d+\.$/),
        "No outage.",
      ]),
    );
    expect(lines(text).filter((line) => line === "No outage.")).toHaveLength(1);
  });

  test("a canary that never gets ready comes to a halt, and the stable pods serve on", () => {
    const before = { release: "v1", canaryReplicas: "0" };
    const broken = { ...before, canaryReplicas: "2", canaryRelease: "v3-broken" };
    const { services, text } = planStack("canary", broken, liveStack("canary", before));
    expect(services).toMatchObject([{ minReady: 4, outage: "no", after: [{ release: "v1", pods: 4 }] }]);
    expect(text).toContain(
      "It comes to a halt with 2 pods of v3-broken: release v3-broken is made never to get ready.",
    );
    expect(lines(text)).toContain(
      "Users of Service/online-inference: 6 pods of v1 (online-inference-stable) serve now, then 4 pods of v1 (online-inference-stable).",
    );
    expect(text).not.toContain("Outage:");
  });

  test("that are both recreated may be without pods at once, for no longer than the shorter of the two", () => {
    const recreated = (values: Record<string, string>) =>
      sampleWorkloads("canary", values).map((workload) => {
        if (workload.kind === "Deployment" && workload.spec) workload.spec.strategy = { type: "Recreate" };
        return workload;
      });
    const live = merged(...recreated({ release: "v1", canaryReplicas: "2", canaryRelease: "v1" }).map(liveWorkload));
    const [wanted] = liveStack("canary").services;
    const rollouts = planRollouts(recreated({ release: "v2", canaryReplicas: "2", canaryRelease: "v2" }), live);
    const services = planServices(wanted ? [wanted] : [], { ...live, services: wanted ? [wanted] : [] }, rollouts);
    expect(services).toMatchObject([{ minReady: 0, outage: "possible", outageMs: { least: 0, most: 38_000 } }]);
    const text = planText(rollouts, services);
    expect(text).toContain("None of them is ready for 8.5 s to 38 s.");
    expect(text).toContain(
      "An outage is possible, for up to 38 s: none of the workloads behind it keeps a pod ready all the time.",
    );
  });
});

describe("a Service whose selector moves", () => {
  test("takes all users who connect from one colour to the other at once", () => {
    const { services, text } = planStack("switch", { ...SWITCH, active: "green" }, liveStack("switch", SWITCH));
    expect(services).toMatchObject([{ change: "move", minReady: 3, maxReady: 3, outage: "no" }]);
    expect(lines(text)).toEqual([
      "Users of Service/online-inference: all who connect move from 3 pods of v1 (online-inference-blue) to 3 pods of v2 (online-inference-green) at once, within about a second; no pod changes.",
      "Kept connections stay with the old pods for as long as these live.",
      "No outage.",
    ]);
  });

  test("leads to one colour while the other one changes, of which users meet nothing", () => {
    const live = liveStack("switch", { ...SWITCH, greenRelease: "v1" });
    const { services, text } = planStack("switch", SWITCH, live);
    expect(services).toMatchObject([{ change: "keep", idle: true, minReady: 3, outage: "no" }]);
    expect(text).toContain("Rollout of Deployment/online-inference-blue: nothing changes, 3 pods of v1 stay.");
    expect(lines(text)).toContain("No Service leads users to them.");
    expect(text).not.toMatch(/No outage|Users of/);
  });

  test("moves after the rollouts where it waits for them, and else perhaps before", () => {
    const live = liveStack("switch", { ...SWITCH, greenRelease: "v1" });
    const none = { ...live, pods: live.pods.slice(0, 3), deployments: live.deployments.slice(0, 1) };
    const moved = { ...SWITCH, active: "green" };
    const waiting = planStack("switch", moved, none);
    expect(waiting.services).toMatchObject([{ change: "move", movesAfter: [GREEN], minReady: 3, outage: "no" }]);
    expect(waiting.text).toContain(
      "at once, within about a second, when Deployment/online-inference-green is complete.",
    );
    const atOnce = planStack("switch", moved, none, {});
    expect(atOnce.services).toMatchObject([{ change: "move", minReady: 0, outage: "possible" }]);
    expect(atOnce.text).toContain(
      "An outage is possible: the selector may change before the pods that it then selects are ready.",
    );
  });

  test("moves between the rollout that it waits for and the one that waits for it", () => {
    const live = liveStack("switch", { ...SWITCH, greenRelease: "v1" });
    const both = { ...SWITCH, blueRelease: "v2", active: "green" };
    const { services, text } = planStack("switch", both, live);
    expect(services).toMatchObject([{ change: "move", movesAfter: [GREEN], minReady: 3, outage: "no" }]);
    expect(text).toContain("at once, within about a second, when Deployment/online-inference-green is complete.");
  });

  test("has moved where only the rollout that waits for it comes to a halt", () => {
    const live = liveStack("switch", SWITCH);
    const { services, text } = planStack("switch", { ...SWITCH, blueRelease: "v3-broken", active: "green" }, live);
    expect(services).toMatchObject([{ change: "move", waitsFor: BLUE, minReady: 3, outage: "no" }]);
    expect(text).toContain("all who connect move from 3 pods of v1 (online-inference-blue) to 3 pods of v2");
  });

  test("stays where the rollout that it waits for comes to a halt", () => {
    const live = liveStack("switch", { ...SWITCH, greenRelease: "v1" });
    const { services, text } = planStack("switch", { ...SWITCH, greenRelease: "v3-broken", active: "green" }, live);
    expect(services).toMatchObject([{ waitsFor: "Deployment/online-inference-green", minReady: 3, outage: "no" }]);
    expect(lines(text)).toEqual(
      expect.arrayContaining([
        "Users of Service/online-inference: 3 pods of v1 (online-inference-blue) serve on.",
        "Only when Deployment/online-inference-green is complete its selector changes, and that comes to a halt.",
      ]),
    );
  });

  test("moves to pods that are broken already: nobody waits for a Deployment that does not change", () => {
    const broken = { ...SWITCH, greenRelease: "v3-broken" };
    const { services, text } = planStack("switch", { ...broken, active: "green" }, stuck(broken));
    expect(services).toMatchObject([{ change: "move", minReady: 0, after: [], outage: "certain" }]);
    expect(lines(text)).toEqual(
      expect.arrayContaining([
        "Users of Service/online-inference: its selector changes; 3 pods of v1 (online-inference-blue) serve now, then nobody.",
        "Outage: no pod is ready for as long as nobody mends it.",
      ]),
    );
  });

  test("selects nothing any more: an outage until somebody mends it", () => {
    const live = liveStack("rolling");
    const [wanted] = live.services;
    const rollouts = planRollouts(sampleWorkloads("rolling"), live);
    const services = planServices([service(wanted?.metadata?.name ?? "", { app: "typo" })], live, rollouts);
    expect(services).toMatchObject([{ change: "move", after: [], selectsNone: true, outage: "certain" }]);
    expect(lines(planText(rollouts, services))).toEqual([
      "Users of Service/online-inference: its selector changes; 6 pods of v1 (online-inference) serve now, then nobody, as it selects no pod.",
      "Outage: no pod is ready for as long as nobody mends it.",
    ]);
  });

  test("that comes and selects nothing is said, without an outage: there were no users", () => {
    const live = liveStack("rolling");
    const rollouts = planRollouts(sampleWorkloads("rolling"), live);
    const services = planServices([...live.services, service("other", { app: "typo" })], live, rollouts);
    expect(lines(planText(rollouts, services))).toEqual([
      "Users of Service/other: nobody will serve, as it selects no pod.",
    ]);
  });
});

describe("a Service of one workload", () => {
  test.each([
    ["blue-green", { release: "v2" }],
    ["rolling", { release: "v2" }],
    ["rolling", { release: "v3-broken" }],
    ["recreate", { release: "v2" }],
    ["replicaset", { release: "v2", replicas: "2" }],
    ["helm", { release: "v2" }],
    ["pod", { release: "v2" }],
  ])("of %s adds nothing to what the workload says (%o)", (stack, values) => {
    const { rollouts, services, text } = planStack(stack, values, liveStack(stack));
    expect(services).toMatchObject([{ alone: true, minReady: rollouts[0]?.minReady }]);
    expect(text).toBe(planText(rollouts));
  });

  test("that is recreated has a real outage, within which the old pods answer for a while", () => {
    const { services, text } = planStack("recreate", { release: "v2" }, liveStack("recreate"));
    expect(services).toMatchObject([{ outage: "certain", outageMs: { least: 8_500, most: 38_000 } }]);
    expect(lines(text)).toEqual(
      expect.arrayContaining([
        "Outage: no pod is ready for 8.5 s to 38 s.",
        "Until a terminating pod closes its port, it still answers: users are without an answer for 0.5 s to 30 s of it.",
      ]),
    );
  });

  test("that is a bare Pod says both: how long none is ready, and that the old one still answers", () => {
    const { services, text } = planStack("pod", { release: "v2" }, liveStack("pod"));
    expect(services).toMatchObject([{ outage: "certain" }]);
    expect(lines(text)).toEqual(
      expect.arrayContaining([
        "Outage: no pod is ready for 8.5 s to 38 s.",
        "Until a terminating pod closes its port, it still answers: users are without an answer for 0.5 s to 30 s of it.",
      ]),
    );
  });

  test("that never gets ready again answers only as long as the old pod does", () => {
    const { text } = planStack("pod", { release: "v3-broken" }, liveStack("pod"));
    expect(lines(text)).toEqual(
      expect.arrayContaining([
        "Outage: no pod is ready for as long as nobody mends it.",
        "Until a terminating pod closes its port, it still answers, for 8 s or longer.",
      ]),
    );
  });

  test("whose pods close their ports at once promises nothing", () => {
    const values = { preStopSeconds: "0", drainSeconds: "0" };
    const { text } = planStack("pod", { ...values, release: "v2" }, liveStack("pod", values));
    expect(text).toContain("Outage: no pod is ready for");
    expect(text).not.toContain("closes its port");
  });

  test("that selects one release of it alone loses its users when that release goes", () => {
    const live = liveStack("rolling");
    const old = service("old", { "app.kubernetes.io/version": "v1" });
    const next = service("next", { "app.kubernetes.io/version": "v2" });
    const services = [...live.services, old, next];
    const rollouts = planRollouts(sampleWorkloads("rolling", { release: "v2" }), { ...live, services });
    const plans = planServices(services, { ...live, services }, rollouts);
    expect(plans).toMatchObject([
      { name: "online-inference", minReady: 4, outage: "no" },
      { name: "old", minReady: 0, after: [], outage: "certain" },
      { name: "next", minReady: 0, before: [], after: [{ release: "v2", pods: 6 }], outage: "no" },
    ]);
    expect(lines(planText(rollouts, plans))).toEqual(
      expect.arrayContaining([
        "Users of Service/old: 6 pods of v1 (online-inference) serve now, then nobody.",
        "Users of Service/next: nobody serves now, then 6 pods of v2 (online-inference).",
      ]),
    );
  });
});

test("pods behind two Services: the one that has only them has an outage, the other one has none", () => {
  const live = liveStack("canary", CANARY);
  const all = [...live.services, service("canary-only", { "online-inference/track": "canary" })];
  const rollouts = planRollouts(sampleWorkloads("canary", PROMOTED), live);
  const services = planServices(all, { ...live, services: all }, rollouts);
  expect(services).toMatchObject([
    { name: "online-inference", outage: "no", minReady: 4 },
    { name: "canary-only", outage: "certain", minReady: 0, after: [] },
  ]);
  const text = planText(rollouts, services);
  expect(text).not.toContain("Users are left without them.");
  expect(lines(text).slice(-3)).toEqual([
    "Users of Service/canary-only: 2 pods of v2 (online-inference-canary) serve now, then nobody.",
    "At least 0 endpoints are ready at any time (now: 2), at most 2.",
    "Outage: no pod is ready for as long as nobody mends it.",
  ]);
});

describe("a workload that config does not want any more", () => {
  const live = {
    ...NOTHING,
    services: liveStack("rolling").services,
    pods: [livePod("online-inference", templateOf(only("rolling")))],
  };

  test("goes only when its successor is complete, if who applies it waits", () => {
    const { services, text } = planStack("rolling", {}, live);
    expect(services).toMatchObject([{ minReady: 1, outage: "no" }]);
    expect(text).not.toContain("Users are left without them.");
    expect(planStack("rolling", {}, live, {}).services).toMatchObject([{ minReady: 0, outage: "possible" }]);
  });

  test("stays where its successor comes to a halt", () => {
    const { services, text } = planStack("rolling", { release: "v3-broken" }, live);
    expect(services).toMatchObject([{ minReady: 1, outage: "no", after: [{ release: "v1", pods: 1 }] }]);
    expect(lines(text)).toContain(
      "Only when Deployment/online-inference is complete pods go that are not wanted, and that comes to a halt.",
    );
  });
});

test("pods of other owners serve on", () => {
  const live = liveStack("recreate");
  const other = livePod("extra-0", templateOf(only("recreate")), { owner: "StatefulSet/extra" });
  const { services, text } = planStack("recreate", { release: "v2" }, { ...live, pods: [...live.pods, other] });
  expect(services).toMatchObject([{ minReady: 1, outage: "no", alone: false }]);
  expect(text).toContain("6 pods of v1 (online-inference) and 1 of v1 (extra) serve now");
});

test("a Pod that changes its labels in place comes behind a Service, or leaves it", () => {
  const wanted = only("pod");
  if (wanted.metadata) wanted.metadata.labels = { ...wanted.metadata.labels, track: "in" };
  const live = { ...liveStack("pod"), services: [service("in", { track: "in" })] };
  const rollouts = planRollouts([wanted], live);
  expect(planServices(live.services, live, rollouts)).toMatchObject([
    { change: "keep", before: [], after: [{ pods: 1 }], idle: false, outage: "no" },
  ]);
  const left = { ...live, services: [service("out", { "app.kubernetes.io/version": "v1" })] };
  const relabelled = structuredClone(wanted);
  if (relabelled.metadata) relabelled.metadata.labels = { "app.kubernetes.io/version": "other" };
  expect(planServices(left.services, left, planRollouts([relabelled], left))).toMatchObject([
    { before: [{ pods: 1 }], after: [], outage: "certain" },
  ]);
});

test("a Service without a selector is nobody's to plan", () => {
  const live = liveStack("rolling");
  expect(planServices([{ metadata: { name: "external" }, spec: { type: "ExternalName" } }], NOTHING, [])).toEqual([]);
  expect(planServices([], live, [])).toMatchObject([{ name: "online-inference", change: "remove" }]);
});

test("a Service of another owner that config does not know stays, and its users are told of", () => {
  const live = liveStack("recreate");
  const foreign = service("foreign", live.services[0]?.spec?.selector ?? {});
  const rollouts = planRollouts(sampleWorkloads("recreate", { release: "v2" }), live);
  expect(planServices([], { ...live, services: [foreign] }, rollouts)).toMatchObject([
    { name: "foreign", change: "keep", outage: "certain" },
  ]);
});

describe.each(experimentNames())("stack %s", (stack) => {
  test("is one line when nothing changes", () => {
    expect(planStack(stack, {}, liveStack(stack)).text).toBe("Rollout: no pod changes.");
  });

  test("has no outage when it comes for the first time", () => {
    const { services, text } = planStack(stack, {}, NOTHING);
    expect(services).toMatchObject([{ change: "create", outage: "no" }]);
    expect(text).not.toMatch(/outage/i);
  });

  test("changes its Service between workloads if that is declared, as only the switch does", () => {
    const order = orderOf(sampleDeclarations(stack));
    const around = { "online-inference": { first: [BLUE], later: [GREEN] } };
    expect(order).toEqual({ waits: true, around: stack === "switch" ? around : {} });
  });
});

import { describe, expect, it } from "vitest";
import type { Event, PlannedRollout, PlannedService } from "../../../observer/events.ts";
import { planSection } from "../../../observer/report/plan-section.ts";
import { summary } from "../../../observer/report/terminal.ts";
import { comparisonsOf, dataOf } from "../support/facts-of.ts";
import { ownerSeen } from "../support/owner-seen.ts";
import { newPod, oldPod, replaced, rolled } from "../support/pods.ts";
import { sceneOf, type Told } from "../support/scene.ts";

const rolling: PlannedRollout = {
  workload: "Deployment/web",
  change: "image",
  maxPods: 3,
  minReady: 2,
  outage: false,
  replaced: ["web-old-a", "web-old-b"],
  surviving: [],
  durationMs: { least: 4000, most: 9000 },
  sentences: [],
};

const compared = (plans: readonly PlannedRollout[], told: Told) =>
  comparisonsOf(sceneOf({ kind: "image-not-pulled" }, { ...told, plans }));

const row = (plan: PlannedRollout, told: Told, what: string) =>
  compared([plan], told)[0]?.rows.find((one) => one.what === what);

describe("a plan beside what happened", () => {
  it("agrees in every row when all went as planned", () => {
    expect(compared([rolling], { pods: rolled() })).toEqual([
      {
        step: "change",
        workload: "Deployment/web",
        rows: [
          { what: "pods at most", planned: "3", observed: "3", agrees: true },
          { what: "ready at least", planned: "2", observed: "2", agrees: true },
          { what: "outage", planned: "no", observed: "no", agrees: true },
          { what: "replaced", planned: "web-old-a and web-old-b", observed: "web-old-a and web-old-b", agrees: true },
          { what: "surviving", planned: "none", observed: "none", agrees: true },
          { what: "duration", planned: "4.0 s to 9.0 s", observed: "6.0 s", agrees: true },
        ],
      },
    ]);
  });

  it.each([
    ["pods at most", { ...rolling, maxPods: 2 }, "3"],
    ["ready at least", { ...rolling, minReady: 3 }, "2"],
    ["replaced", { ...rolling, replaced: ["web-old-a", "web-old-z"] }, "web-old-a and web-old-b"],
    ["replaced", { ...rolling, replaced: ["web-old-a"], surviving: ["web-old-b"] }, "web-old-a and web-old-b"],
    ["surviving", { ...rolling, surviving: ["web-old-b"] }, "none"],
    ["duration", { ...rolling, durationMs: { least: 500, most: 2000 } }, "6.0 s"],
    ["duration", { ...rolling, durationMs: { least: 20_000, most: 30_000 } }, "6.0 s"],
    ["outage", { ...rolling, outage: true }, "no"],
  ])("disagrees about %s", (what, plan, observed) => {
    expect(row(plan, { pods: rolled() }, what)).toMatchObject({ observed, agrees: false });
  });

  it("tolerates two seconds beside the planned duration", () => {
    const plan = { ...rolling, durationMs: { least: 500, most: 4100 } };
    expect(row(plan, { pods: rolled() }, "duration")).toMatchObject({ agrees: true });
  });

  it("takes the last plan of a step that was planned again, in the report as well", () => {
    const { header, events } = sceneOf({ kind: "image-not-pulled" }, { pods: rolled(), plans: [rolling] });
    const again = [{ ...rolling, maxPods: 4, sentences: ["Two pods are replaced."] }];
    const told = events.flatMap((event): Event[] =>
      event.type === "plan" ? [event, { ...event, plans: again }] : [event],
    );
    const recording = { header, events: told.map((event, index) => ({ ...event, id: index + 1 })) };
    expect(comparisonsOf(recording).map(({ rows }) => rows[0]?.planned)).toEqual(["4"]);
    expect(dataOf(recording).steps.flatMap(({ sentences }) => sentences)).toEqual(["Two pods are replaced."]);
  });

  it("is not compared where the change was taken back, which the report says with what was taken back", () => {
    const scaled = { ...rolling, change: "scale", sentences: ["2 pods end."] };
    const { header, events } = sceneOf({ kind: "image-not-pulled" }, { pods: rolled(), plans: [scaled] });
    const back = { ...rolling, change: "none", sentences: ["No pod changes."] };
    const other = { ...rolling, workload: "Deployment/api", change: "none", sentences: ["Nothing of api changes."] };
    const told = events.flatMap((event): Event[] =>
      event.type === "plan" ? [event, { ...event, plans: [back, other] }] : [event],
    );
    const recording = { header, events: told.map((event, index) => ({ ...event, id: index + 1 })) };
    const [web, api] = comparisonsOf(recording);
    expect(web).toEqual({
      step: "change",
      workload: "Deployment/web",
      notCompared: "taken back in the same step",
      rows: [],
    });
    expect(api?.rows).toHaveLength(6);
    const data = dataOf(recording);
    expect(data.steps.flatMap(({ sentences }) => sentences)).toEqual([
      "2 pods end.",
      "No pod changes.",
      "Nothing of api changes.",
    ]);
    expect(summary(data)).toMatch(/^plan {6}change, Deployment\/web: taken back in the same step, so not compared$/m);
    expect(planSection(data).markup).toContain("Deployment/web: taken back in the same step, so not compared.");
  });

  it.each([
    [
      "bears a pod more until another ReplicaSet's controller has told its own to go",
      17_240,
      "3, and 4 for 40 ms",
      true,
    ],
    ["does not bear it for a second", 18_200, "4", false],
  ])("%s", (_, deletionMs, observed, agrees) => {
    const pods = [oldPod("web-old-a", { deletionMs, goneMs: 23_000 }), ...rolled().slice(1)];
    expect(row(rolling, { pods }, "pods at most")).toMatchObject({ observed, agrees });
  });

  it("accepts either fate of a pod whose fate the plan leaves open", () => {
    const plan = { ...rolling, replaced: ["web-old-a"], surviving: [] };
    expect(row(plan, { pods: rolled() }, "replaced")).toMatchObject({ agrees: true });
    expect(
      row(plan, { pods: [...rolled().slice(1), oldPod("web-old-a", { deletionMs: 15_000 })] }, "surviving"),
    ).toMatchObject({ agrees: true });
  });

  it("takes the operation's time for a rollout that failed", () => {
    const plan = { ...rolling, durationMs: { least: 10_000, most: 12_000 } };
    const change = { outcome: "failed", operationMs: 13_000 } as const;
    expect(row(plan, { pods: rolled(), change }, "duration")).toMatchObject({ observed: "13.0 s", agrees: true });
  });

  describe("in a watch whose time is up", () => {
    // The old pods are to be replaced; one new pod starts, and never gets ready.
    const stuck = [oldPod("web-old-a"), oldPod("web-old-b"), newPod("web-new-a", 13_000)];
    const exceeded = { troubles: ["Progressing: ProgressDeadlineExceeded"] };
    const rowsIn = (pods: Told["pods"], extra: Told["extra"] = []) => {
      const change = { outcome: "failed", operationMs: 12_000, message: "not over yet after 12 s" } as const;
      const { header, events } = sceneOf({ kind: "image-not-pulled" }, { pods, extra, change, plans: [rolling] });
      const steps = header.steps.map((step) => (step.id === "change" ? { ...step, kind: "watched" } : step));
      return comparisonsOf({ header: { ...header, steps }, events })[0]?.rows.slice(-3);
    };

    it("is not over, although its operation took longer than the shortest rollout", () => {
      const observed = "not over yet, 2 pods are still to be replaced";
      expect(rowsIn(stuck)).toMatchObject([
        { what: "replaced", observed, agrees: false },
        { what: "surviving", observed, agrees: false },
        { what: "duration", planned: "4.0 s to 9.0 s", observed, agrees: false },
      ]);
    });

    it("is given up where its Deployment says that the deadline passed", () => {
      expect(rowsIn(stuck, [[22_000, ownerSeen("web", exceeded)]])).toMatchObject([
        { what: "replaced", observed: "none" },
        { what: "surviving", observed: "web-old-a and web-old-b", agrees: false },
        { what: "duration", planned: "given up after 4.0 s or later", observed: "12.0 s" },
      ]);
    });

    it("is not over where another Deployment's deadline passed, or its own before the rollout went on", () => {
      for (const extra of [
        [[22_000, ownerSeen("other", exceeded)]],
        [
          [15_000, ownerSeen("web", exceeded)],
          [16_000, ownerSeen("web")],
        ],
      ] as const)
        expect(rowsIn(stuck, extra)?.at(-1)).toMatchObject({
          observed: "not over yet, 2 pods are still to be replaced",
        });
    });

    it("has its own duration where the rollout is over and the command failed", () => {
      expect(rowsIn(rolled())?.at(-1)).toMatchObject({ planned: "4.0 s to 9.0 s", observed: "6.0 s", agrees: true });
    });
  });

  it("waits until the last pod is available", () => {
    const { header, events } = sceneOf({ kind: "image-not-pulled" }, { pods: rolled().slice(0, 3), plans: [rolling] });
    const [comparison] = comparisonsOf({ header: { ...header, settings: { minReadySeconds: 5 } }, events });
    expect(comparison?.rows.at(-1)).toMatchObject({ what: "duration", observed: "8.5 s" });
  });

  it("sees an outage where the last pod goes before the next comes", () => {
    const plan = { ...rolling, workload: "Pod/solo", outage: true, minReady: 0, maxPods: 1, replaced: ["solo-a"] };
    expect(row(plan, { pods: replaced() }, "outage")).toEqual({
      what: "outage",
      planned: "yes",
      observed: "yes, 5.0 s without a Ready pod",
      agrees: true,
    });
  });

  it.each([true, false])("agrees with an outage that was possible, whether it came or not: %s", (came) => {
    const plan = { ...rolling, outagePossible: true as const, minReady: 0 };
    expect(row(plan, { pods: came ? replaced() : rolled() }, "outage")).toMatchObject({
      planned: "possible",
      agrees: true,
    });
  });

  it("sees no outage in a first deployment, which had nobody to serve", () => {
    const plan = { ...rolling, minReady: 0 };
    expect(row(plan, { pods: [newPod("web-new-a", 13_000, 15_000)] }, "outage")).toMatchObject({ observed: "no" });
  });

  it("gives each workload its own pods, though one's name begins with the other's", () => {
    const pods = [oldPod("web-old-a"), oldPod("web-canary-old-a", { deletionMs: 15_000, goneMs: 16_000 })];
    const plans = [
      { ...rolling, workload: "web" },
      { ...rolling, workload: "web-canary" },
    ];
    const survivors = compared(plans, { pods }).map(
      ({ rows }) => rows.find(({ what }) => what === "surviving")?.observed,
    );
    expect(survivors).toEqual(["web-old-a", "none"]);
  });

  it("says nothing of a step that never began", () => {
    const { header, events } = sceneOf({ kind: "image-not-pulled" }, { pods: rolled(), plans: [rolling] });
    const without = events.filter((event) => event.type !== "step-started");
    expect(comparisonsOf({ header, events: without })).toEqual([]);
  });
});

describe("the plan of a Service beside its endpoints", () => {
  const planned: PlannedService = {
    service: "web",
    change: "keep",
    minReady: 2,
    maxReady: 4,
    outage: "no",
    sentences: [],
  };
  const rowsOf = (services: readonly PlannedService[], told: Told, plan = rolling) => {
    const { header, events } = sceneOf({ kind: "image-not-pulled" }, { ...told, plans: [plan] });
    const withServices = events.map((event) => (event.type === "plan" ? { ...event, services } : event));
    return Object.fromEntries(
      comparisonsOf({ header, events: withServices }).map(({ workload, rows }) => [workload, rows]),
    );
  };

  it("agrees where it never has fewer endpoints than planned", () => {
    expect(rowsOf([planned], { pods: rolled() })["Service/web"]).toEqual([
      { what: "ready at least", planned: "2", observed: "2", agrees: true },
      { what: "outage", planned: "no", observed: "no", agrees: true },
    ]);
  });

  it("leaves to the Service what an outage is", () => {
    const rows = rowsOf([planned], { pods: rolled() });
    expect(rows["Deployment/web"]?.map(({ what }) => what)).toContain("without a Ready pod");
    expect(rows["Deployment/web"]?.map(({ what }) => what)).not.toContain("outage");
  });

  const endpoints = [
    [2500, ["web-old-a", "web-old-b"]],
    [15_000, []],
    [18_000, ["web-new-a"]],
  ] as const;

  it.each([
    ["no", false],
    ["possible", true],
    ["certain", true],
  ] as const)("sees an outage that was planned as %s", (outage, agrees) => {
    const rows = rowsOf([{ ...planned, minReady: 0, outage }], { pods: rolled(), endpoints });
    expect(rows["Service/web"]).toMatchObject([
      { what: "ready at least", observed: "0", agrees: true },
      { what: "outage", observed: "yes, 3.0 s without a ready endpoint", agrees },
    ]);
  });

  it("disagrees where there are fewer endpoints, or an outage that was certain stays away", () => {
    expect(rowsOf([{ ...planned, minReady: 3, outage: "certain" }], { pods: rolled() })["Service/web"]).toMatchObject([
      { what: "ready at least", observed: "2", agrees: false },
      { what: "outage", observed: "no", agrees: false },
    ]);
  });

  it("does not agree without having seen an endpoint", () => {
    const rows = rowsOf([planned], { pods: rolled(), endpoints: [[40_000, []]] });
    expect(rows["Service/web"]?.[0]).toMatchObject({ observed: "none seen", agrees: false });
  });

  it("compares no endpoints where several Services are planned: they are recorded of one", () => {
    expect(Object.keys(rowsOf([planned, { ...planned, service: "api" }], { pods: rolled() }))).toEqual([
      "Deployment/web",
    ]);
  });

  it("has its sentences in the report, after those of the workloads", () => {
    const plans = [{ ...rolling, sentences: ["Two pods are replaced."] }];
    const services = [{ ...planned, sentences: ["Users of Service/web: 2 pods of v1 serve now, then 2 of v2."] }];
    const { header, events } = sceneOf({ kind: "image-not-pulled" }, { pods: rolled(), plans });
    const told = events.map((event) => (event.type === "plan" ? { ...event, services } : event));
    expect(dataOf({ header, events: told }).steps.find(({ step }) => step === "change")?.sentences).toEqual([
      "Two pods are replaced.",
      "Users of Service/web: 2 pods of v1 serve now, then 2 of v2.",
    ]);
  });
});

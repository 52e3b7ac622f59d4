import { beforeEach, describe, expect, test } from "vitest";
import type { Happening } from "../../../observer/events.ts";
import type { Progress } from "../../../observer/run/conduct.ts";
import { deletePods } from "../../../observer/run/delete-pods.ts";
import type { Engine, Operation, Values } from "../../../observer/run/engine.ts";
import { type ObservedStep, type ObserveOptions, observe, type StepPlan } from "../../../observer/run/steps.ts";

let happened: Happening[];
let done: string[];
let progress: Progress[];
let now: number;
let controller: AbortController;

beforeEach(() => {
  happened = [];
  done = [];
  progress = [];
  now = 0;
  controller = new AbortController();
});

const text = (values: Values) =>
  Object.entries(values)
    .map(([key, value]) => `${key}=${value}`)
    .join(",");
const clock = {
  monotonicMs: () => now,
  sleep: async (ms: number) => {
    done.push(`sleep ${ms}`);
    now += ms;
  },
};

function run(
  steps: readonly ObservedStep[],
  more: {
    readonly fails?: readonly string[];
    readonly upTo?: () => void;
    readonly rolloutUntilMs?: number;
    readonly services?: StepPlan["services"];
    readonly enoughLoadMs?: ObserveOptions["enoughLoadMs"];
  } = {},
) {
  const operation =
    (name: string) =>
    async (values: Values): Promise<Operation> => {
      const call = `${name} ${text(values)}`;
      done.push(call);
      now += 1_000;
      more.upTo?.();
      if (more.fails?.includes(call)) return { succeeded: false, message: "it broke", output: "" };
      return { succeeded: true, output: "Updating", diff: `diff of ${text(values)}` };
    };
  const engine: Engine = {
    up: operation("up"),
    destroy: operation("destroy"),
    interrupt: () => {},
  };
  const options: ObserveOptions = {
    steps,
    base: { replicas: "6" },
    engine,
    plan: async (values) => ({ plans: [], services: more.services ?? [], releases: [values.release ?? "v1"] }),
    startLoad: async () => {
      done.push("load");
      return {
        stop: async () => {
          done.push("load ends");
          return 0;
        },
      };
    },
    deletePods: async () => void done.push("delete pods"),
    recorder: {
      nowMs: () => now,
      record: (happening) => {
        happened.push(happening);
        return { id: 0, atMs: now, wallMs: 0, ...happening };
      },
    },
    rolloutIsUnderWay: () => now < (more.rolloutUntilMs ?? 0),
    clock,
    observeAtLeastMs: 2_000,
    enoughLoadMs: more.enoughLoadMs ?? (() => 0),
    onProgress: (one) => progress.push(one),
    signal: controller.signal,
  };
  return observe(options);
}

const up = (
  id: string,
  config: Values,
  more: { readonly fails?: true; readonly observeMs?: number } = {},
): ObservedStep => ({
  id,
  title: id,
  kind: "up",
  config,
  ...more,
});

describe("an observation", () => {
  test("records the plans of Services with those of the workloads", async () => {
    const service = { service: "web", change: "move", minReady: 3, maxReady: 3, outage: "no", sentences: [] } as const;
    await run([up("change", { release: "v2" })], { services: [service] });
    expect(happened[0]).toMatchObject({ type: "plan", plans: [], services: [service] });
  });

  test("plans, operates and observes every step, under load from the first success to the end", async () => {
    const steps = [
      up("deploy", { release: "v1" }),
      { id: "again", title: "again", kind: "no-op" } as const,
      up("change", { release: "v2" }, { observeMs: 9_000 }),
    ];
    expect(await run(steps)).toEqual({ outcome: "complete" });
    expect(done).toEqual([
      "up replicas=6,release=v1",
      "load",
      "sleep 2000",
      "up replicas=6,release=v1",
      // The control of the change: 15 s with its operation.
      "sleep 14000",
      "up replicas=6,release=v2",
      "sleep 9000",
      "sleep 3000",
      "load ends",
    ]);
    expect(happened).toEqual([
      { type: "plan", step: "deploy", plans: [] },
      { type: "step-started", step: "deploy", title: "deploy", releases: ["v1"] },
      {
        type: "step-ended",
        step: "deploy",
        outcome: "succeeded",
        operationMs: 1_000,
        diff: "diff of replicas=6,release=v1",
      },
      { type: "plan", step: "again", plans: [] },
      { type: "step-started", step: "again", title: "again", releases: ["v1"] },
      {
        type: "step-ended",
        step: "again",
        outcome: "succeeded",
        operationMs: 1_000,
        diff: "diff of replicas=6,release=v1",
      },
      { type: "plan", step: "change", plans: [] },
      { type: "step-started", step: "change", title: "change", releases: ["v1", "v2"] },
      {
        type: "step-ended",
        step: "change",
        outcome: "succeeded",
        operationMs: 1_000,
        diff: "diff of replicas=6,release=v2",
      },
    ]);
    expect(progress.map(({ step, doing }) => `${step} ${doing}`).slice(0, 4)).toEqual([
      "deploy planning",
      "deploy operating",
      "deploy observing",
      "deploy ended",
    ]);
  });

  test("goes on with a step until its rollout is over, a minute at most", async () => {
    await run([up("deploy", {})], { rolloutUntilMs: 10_600 });
    expect(now).toBe(11_000 + 3_000);
    expect(happened.at(-1)).toMatchObject({ type: "step-ended", outcome: "succeeded", operationMs: 1_000 });
    now = 0;
    await run([up("deploy", {})], { rolloutUntilMs: Number.POSITIVE_INFINITY });
    expect(now).toBe(1_000 + 2_000 + 60_000 + 3_000);
  });

  test("does not wait for the rollout of a step that fails as declared, nor when it is interrupted", async () => {
    const broken = [up("broken", {}, { fails: true })];
    await run(broken, { fails: ["up replicas=6"], rolloutUntilMs: Number.POSITIVE_INFINITY });
    expect(now).toBe(1_000 + 2_000 + 3_000);
    const upTo = () => done.at(-1)?.startsWith("up") && controller.abort();
    expect(await run([up("deploy", {})], { upTo, rolloutUntilMs: Number.POSITIVE_INFINITY })).toEqual({
      outcome: "interrupted",
    });
  });

  test("keeps what earlier steps set, until a reset", async () => {
    const reset = { id: "reset", title: "reset", kind: "reset", config: { release: "v1" } } as const;
    await run([up("a", { color: "blue" }), up("b", { release: "v2" }), reset]);
    expect(done.filter((one) => /^(up|destroy)/.test(one))).toEqual([
      "up replicas=6,color=blue",
      "up replicas=6,color=blue,release=v2",
      "destroy replicas=6,release=v1",
      "up replicas=6,release=v1",
    ]);
  });

  test("goes on after a failure that was declared, and ends with one that was not", async () => {
    const steps = [
      up("deploy", {}),
      up("broken", { release: "v3" }, { fails: true }),
      up("bad", { release: "v4" }),
      up("never", {}),
    ];
    const fails = ["up replicas=6,release=v3", "up replicas=6,release=v4"];
    expect(await run(steps, { fails })).toEqual({ outcome: "stopped", step: "bad", message: "it broke" });
    expect(happened.filter(({ type }) => type === "step-ended")).toMatchObject([
      { step: "deploy", outcome: "succeeded" },
      { step: "broken", outcome: "failed", message: "it broke" },
      { step: "bad", outcome: "failed", message: "it broke" },
    ]);
    expect(done.at(-1)).toBe("load ends");
  });

  test("sends no load at what never came up", async () => {
    expect(await run([up("deploy", {})], { fails: ["up replicas=6"] })).toMatchObject({ outcome: "stopped" });
    expect(done).not.toContain("load");
  });

  test("lets the operation end when it is interrupted, and records what there was", async () => {
    const upTo = () => done.at(-1)?.startsWith("up") && controller.abort();
    expect(await run([up("deploy", {}), up("change", {})], { upTo })).toEqual({ outcome: "interrupted" });
    expect(happened.at(-1)).toMatchObject({ type: "step-ended", step: "deploy", outcome: "interrupted" });
    expect(done).toEqual(["up replicas=6"]);
  });

  test("counts enough load from when load runs, which is not before the first operation is over", async () => {
    const load = (enoughMs: number) => run([up("deploy", {}), up("change", {})], { enoughLoadMs: () => enoughMs });
    await load(12_000);
    // The operation of each takes 1 s.
    expect(done.filter((one) => one.startsWith("sleep"))).toEqual(["sleep 12000", "sleep 11000", "sleep 3000"]);
    const observing = progress.flatMap(({ doing, usuallyMs }) => (doing === "observing" ? [usuallyMs] : []));
    expect(observing).toEqual([12_000, 11_000, 3_000]);
  });

  test("waits for no request where no load runs", async () => {
    await run([up("broken", {}, { fails: true })], { fails: ["up replicas=6"], enoughLoadMs: () => 12_000 });
    expect(done).toContain("sleep 2000");
  });

  test("tells from the end of an operation on that it failed, also where it may", async () => {
    await run([up("broken", {}, { fails: true })], { fails: ["up replicas=6"] });
    expect(progress.map(({ doing, failed }) => [doing, failed])).toEqual([
      ["planning", undefined],
      ["operating", undefined],
      ["observing", true],
      ["ended", true],
      ["observing", undefined],
    ]);
  });

  test("goes on until a step has enough load, its operation included, but for no more than a minute", async () => {
    const steps = [up("deploy", {}), up("few", {}), up("many", {}), up("endless", {}, { observeMs: 5_000 })];
    const enoughMs: Readonly<Record<string, number>> = { few: 2_500, many: 12_000, endless: Number.POSITIVE_INFINITY };
    await run(steps, { enoughLoadMs: (step) => enoughMs[step] ?? 0 });
    const slept = done.filter((one) => one.startsWith("sleep"));
    expect(slept).toEqual(["sleep 2000", "sleep 2000", "sleep 11000", "sleep 59000", "sleep 3000"]);
  });

  test("deletes pods in a step of that kind, with nothing to plan", async () => {
    const step = { id: "delete", title: "delete", kind: "delete-pods" } as const;
    await run([step]);
    expect(done).toContain("delete pods");
    expect(happened.map(({ type }) => type)).toEqual(["step-started", "step-ended"]);
  });
});

describe("deleting pods", () => {
  const pod = (name: string, ready: boolean, more: object = {}) => ({
    metadata: { name, uid: `uid-${name}`, ...more },
    status: { conditions: [{ type: "Ready", status: ready ? "True" : "False" }] },
  });
  const podsOf = { namespace: "lab", labelSelector: "a=b" };

  function cluster(lists: readonly (readonly object[])[], status = 200) {
    let turn = 0;
    return {
      request: async (method: string, path: string) => {
        if (method === "DELETE") done.push(path);
        const items = lists[Math.min(turn, lists.length - 1)];
        if (method === "GET") turn += 1;
        return { status: method === "DELETE" ? status : 200, headers: new Headers(), text: JSON.stringify({ items }) };
      },
    };
  }

  test("waits until as many others are ready", async () => {
    const old = [pod("a", true), pod("b", true), pod("leaving", true, { deletionTimestamp: "2026-03-14T09:30:00Z" })];
    const lists = [old, [...old, pod("c", true)], [pod("c", true), pod("d", false)], [pod("c", true), pod("d", true)]];
    await deletePods(cluster(lists), podsOf, clock, controller.signal);
    expect(done).toEqual(["/api/v1/namespaces/lab/pods/a", "/api/v1/namespaces/lab/pods/b", "sleep 500", "sleep 500"]);
  });

  test("gives up after three minutes, and at once when it is refused", async () => {
    const lists = [[pod("a", true), pod("b", true)], [pod("c", true)]];
    await expect(deletePods(cluster(lists), podsOf, clock, controller.signal)).rejects.toThrow("1 of 2 deleted pods");
    expect(now).toBe(180_000);
    const single = deletePods(cluster([[pod("a", true)], []]), podsOf, clock, controller.signal);
    await expect(single).rejects.toThrow("0 of 1 deleted pod was replaced");
    await expect(deletePods(cluster(lists, 403), podsOf, clock, controller.signal)).rejects.toThrow("HTTP 403");
  });
});

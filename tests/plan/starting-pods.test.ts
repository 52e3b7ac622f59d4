import { expect, test } from "vitest";
import { planRollout as planUnder } from "../../plan/plan.ts";
import { planText } from "../../plan/text.ts";
import { STACK_CONTEXT } from "../../stacks/program/stack-context.ts";
import { liveDeployment, only, withRelease } from "./support/live.ts";
import { planRollout } from "./support/ours.ts";

const rolling = only("rolling");

test("pods that are starting may get Ready before a set shrinks: then nobody knows which ones go", () => {
  const live = liveDeployment(rolling, [{ release: "v1", pods: 6, ready: 3 }], 6);
  const fewer = { ...rolling, spec: { ...rolling.spec, replicas: 3 } } as typeof rolling;
  const plan = planRollout(withRelease(fewer, "v1"), live);
  expect(plan).toMatchObject({ replaced: [], surviving: [], created: 0, maxPods: 6 });
  expect(plan.undecided).toEqual({ goes: 3, among: ["v1-0", "v1-1", "v1-2", "v1-3", "v1-4", "v1-5"] });
  expect(plan.starting).toEqual(["v1-3", "v1-4", "v1-5"]);
  expect(planText([plan])).toContain(
    "Which pods go is decided by whether v1-3, v1-4, v1-5 get ready and available before.",
  );
});

test("a pod that does not get ready by itself is not waited for", () => {
  const live = liveDeployment(rolling, [{ release: "v1", pods: 6, ready: 3 }], 6);
  const pods = live.pods.map((pod) => {
    const state = { waiting: { reason: "ImagePullBackOff" } };
    const container = { name: "web", image: "", imageID: "", ready: false, restartCount: 0, state };
    return { ...pod, status: { ...pod.status, containerStatuses: [container] } };
  });
  const fewer = { ...rolling, spec: { ...rolling.spec, replicas: 3 } } as typeof rolling;
  const plan = planRollout(withRelease(fewer, "v1"), { ...live, pods });
  expect(plan.starting).toBeUndefined();
  expect(plan.replaced).toEqual(["v1-3", "v1-4", "v1-5"]);
});

test("a rollout that stops keeps pods of either old revision, by whether those that were starting get ready before", () => {
  // Seen beside the controllers: 7 pods of v1 and 5 of v2, which are starting, become 2 of v3, which never get ready.
  const live = liveDeployment(
    rolling,
    [
      { release: "v1", pods: 7 },
      { release: "v2", pods: 5, ready: 0 },
    ],
    8,
  );
  const spec = { ...rolling.spec, replicas: 2, strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } };
  const wanted = withRelease({ ...rolling, spec } as typeof rolling, "v3");
  const plan = planUnder(wanted, live, { ...STACK_CONTEXT, neverReady: ({ metadata }) => brokenIn(metadata?.labels) });
  expect(plan.podsAfter).toEqual({ v1: 2, v3: 1 });
  expect(plan.otherwise?.podsAfter).toMatchObject({ v2: expect.any(Number), v3: 1 });
  expect(plan.minReady).toBe(2);
});

test("a status without availableReplicas means none, and old pods that are not available go first", () => {
  // Seen beside the controllers: the pods of v2 are Ready, and not available yet. They go, and the one of v1 stays; or it goes.
  const live = liveDeployment(
    rolling,
    [
      { release: "v1", pods: 1 },
      { release: "v2", pods: 2 },
    ],
    2,
  );
  const [first, second] = live.replicaSets;
  const replicaSets = [first, { ...second, status: { replicas: 2, readyReplicas: 2 } }].filter(
    (set) => set !== undefined,
  );
  const rollingUpdate = { maxSurge: 1, maxUnavailable: 1 };
  const spec = { ...rolling.spec, replicas: 2, minReadySeconds: 2, strategy: { rollingUpdate } };
  const wanted = withRelease({ ...rolling, spec } as typeof rolling, "v3");
  const plan = planUnder(wanted, { ...live, replicaSets }, { ...STACK_CONTEXT, neverReady: brokenOf });
  expect(plan).toMatchObject({ podsAfter: { v1: 1, v3: 2 }, otherwise: { podsAfter: { v2: 1, v3: 2 } } });
  expect(plan.starting).toEqual(["v2-0", "v2-1"]);
});

const brokenOf: typeof STACK_CONTEXT.neverReady = ({ metadata }) => brokenIn(metadata?.labels);

const brokenIn = (labels: Readonly<Record<string, string>> = {}) =>
  labels["app.kubernetes.io/version"] === "v3" ? "it is broken" : undefined;

import type { V1Deployment } from "@kubernetes/client-node";
import { expect, test } from "vitest";
import type { Live } from "../../kubernetes/live.ts";
import { templateOf, type WorkloadManifest } from "../../kubernetes/manifest.ts";
import { planText } from "../../plan/text.ts";
import { dice, numbers } from "../support/random.ts";
import { liveDeployment, livePod, liveReplicaSet, only, withRelease } from "./support/live.ts";
import { planRollout } from "./support/ours.ts";

type Dice = ReturnType<typeof dice>;
const RELEASES = ["v1", "v2", "v3-broken"] as const;

/** Templates of pods that start and stop in all kinds of ways, some with several of them at once. */
function withTiming<Workload extends WorkloadManifest>(workload: Workload, { upTo, oneOf, onceIn }: Dice): Workload {
  const copy = structuredClone(workload);
  const { spec } = templateOf(copy);
  for (const container of spec?.containers ?? []) {
    if (onceIn(2)) delete container.lifecycle;
    if (onceIn(2)) delete container.readinessProbe;
    if (onceIn(3)) delete container.startupProbe;
    const env = (container.env ?? []).filter(({ name }) => name !== "DRAIN_MS");
    container.env = onceIn(2) ? env : [...env, { name: "DRAIN_MS", value: String(upTo(40_000)) }];
    container.imagePullPolicy = oneOf(["Never", "IfNotPresent"]);
  }
  if (spec) spec.terminationGracePeriodSeconds = oneOf([0, 1, 30]);
  return copy;
}

/** A Deployment and its live pods: settled, in the middle of a rollout, stuck, or with pods that stop or have ended. */
function randomDeployment(draw: Dice): { readonly wanted: WorkloadManifest; readonly live: Live } {
  const { upTo, oneOf, onceIn } = draw;
  const before = withTiming(only("rolling"), draw);
  const sets = RELEASES.slice(0, 1 + upTo(2)).map((release) => {
    const pods = upTo(6);
    return { release, pods, ready: oneOf([pods, upTo(pods)]) };
  });
  const live = liveDeployment(before, sets, upTo(6));
  const left = livePod("left", templateOf(withRelease(before, "v1")), {
    owner: "ReplicaSet/online-inference-v1",
    ...oneOf([{ deleted: true }, { phase: "Failed", ready: false }]),
  });
  const wanted = withRelease(onceIn(2) ? before : withTiming(before, draw), oneOf(RELEASES));
  const percentOrCount = () => oneOf([0, 1, 3, "25%", "60%", "100%"]);
  (wanted as V1Deployment).spec = {
    ...(wanted as V1Deployment & { spec: NonNullable<V1Deployment["spec"]> }).spec,
    replicas: upTo(8),
    minReadySeconds: oneOf([0, 0, 4]),
    progressDeadlineSeconds: oneOf([10, 600]),
    paused: onceIn(6),
    strategy: onceIn(3)
      ? { type: "Recreate" }
      : { type: "RollingUpdate", rollingUpdate: { maxSurge: percentOrCount(), maxUnavailable: percentOrCount() } },
  };
  return { wanted, live: onceIn(3) ? { ...live, pods: [...live.pods, left] } : live };
}

function randomReplicaSet(draw: Dice): { readonly wanted: WorkloadManifest; readonly live: Live } {
  const before = withTiming(only("replicaset"), draw);
  const live = liveReplicaSet(
    before,
    "v1",
    Array.from({ length: draw.upTo(5) }, () => draw.oneOf(RELEASES)),
  );
  const wanted = withRelease(withTiming(before, draw), draw.oneOf(RELEASES));
  if (wanted.kind === "ReplicaSet" && wanted.spec) {
    wanted.spec.replicas = draw.upTo(6);
    wanted.spec.minReadySeconds = draw.upTo(3);
  }
  return { wanted, live };
}

const seeds = Array.from({ length: 400 }, (_, seed) => seed);

test.each([
  ["Deployment", randomDeployment],
  ["ReplicaSet", randomReplicaSet],
])(
  "of any %s the fastest simulation is never longer than the slowest, and its bounds hold one another",
  (_, random) => {
    for (const seed of seeds) {
      const { wanted, live } = random(dice(numbers(seed)));
      const plan = planRollout(wanted, live);
      const facts = `seed ${seed}: ${planText([plan])}`;
      expect(plan.durationMs.least, facts).toBeLessThanOrEqual(plan.durationMs.most);
      expect(Number.isFinite(plan.durationMs.most), facts).toBe(true);
      if (plan.outageMs) expect(plan.outageMs.least, facts).toBeLessThanOrEqual(plan.outageMs.most);
      expect(plan.minReady, facts).toBeLessThanOrEqual(plan.readyBefore);
      expect(plan.maxPods, facts).toBeLessThanOrEqual(plan.peak.pods);
      for (const counts of [plan.podsBefore, plan.podsAfter]) {
        expect(
          Object.values(counts).reduce((sum, pods) => sum + pods, 0),
          facts,
        ).toBeLessThanOrEqual(plan.maxPods);
      }
    }
  },
);

import fc from "fast-check";
import type { PodShape, Shape } from "./shape.ts";

/** A change of a workload: what runs, what was changed a moment ago and is still under way, which pods have failed. */
export type Case = {
  readonly first: Shape;
  /** A change whose rollout is still under way when the next one comes, and how long it has been. */
  readonly midway?: { readonly shape: Shape; readonly ms: number };
  /** How many pods fail before the change, once all is settled. */
  readonly failed: number;
  readonly change: Shape;
};

const RELEASES = ["r1", "r2", "r3"] as const;
const MOST_REPLICAS = 8;

const pods = (release: fc.Arbitrary<string>, broken: fc.Arbitrary<boolean>): fc.Arbitrary<PodShape> =>
  fc.record({
    release,
    startMs: fc.constantFrom(200, 700, 1500),
    stopMs: fc.constantFrom(0, 500, 1200),
    broken,
  });

const amount = fc.constantFrom<number | string>(1, 2, 0, "25%", "50%", "100%", "30%");
const strategy = fc.oneof(
  { weight: 1, arbitrary: fc.constant("Recreate" as const) },
  {
    weight: 5,
    arbitrary: fc
      .record({ maxSurge: amount, maxUnavailable: amount })
      .map(({ maxSurge, maxUnavailable }) =>
        Number.parseInt(String(maxSurge), 10) === 0 && Number.parseInt(String(maxUnavailable), 10) === 0
          ? { maxSurge: 1, maxUnavailable }
          : { maxSurge, maxUnavailable },
      ),
  },
);

const replicas = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 1, max: MOST_REPLICAS }) },
  { weight: 1, arbitrary: fc.constant(0) },
);
const minReadySeconds = fc.constantFrom(0, 0, 1, 2);
const never = fc.constant(false);
const seldom = fc.integer({ min: 0, max: 9 }).map((draw) => draw === 9);
const firstPods = pods(fc.constant(RELEASES[0]), never);

const firstShape: fc.Arbitrary<Shape> = fc.oneof(
  {
    weight: 7,
    arbitrary: fc.record({
      kind: fc.constant("Deployment" as const),
      pods: firstPods,
      replicas: fc.integer({ min: 1, max: MOST_REPLICAS }),
      minReadySeconds,
      paused: never,
      strategy,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("ReplicaSet" as const), pods: firstPods, replicas, minReadySeconds }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("StatefulSet" as const),
      pods: firstPods,
      replicas: fc.integer({ min: 1, max: 5 }),
      minReadySeconds,
      policy: fc.constantFrom("OrderedReady" as const, "Parallel" as const),
      partition: fc.constant(0),
      onDelete: never,
    }),
  },
);

type Parts = {
  readonly what: "number" | "template" | "both";
  readonly pods: PodShape;
  readonly replicas: number;
  readonly paused: boolean;
  readonly partition: number;
  readonly onDelete: boolean;
  readonly strategy: Extract<Shape, { kind: "Deployment" }>["strategy"] | undefined;
  readonly minReadySeconds: number | undefined;
};

const parts = (release: fc.Arbitrary<string>): fc.Arbitrary<Parts> =>
  fc.record({
    what: fc.constantFrom("number" as const, "template" as const, "both" as const),
    pods: pods(release, seldom),
    replicas,
    paused: seldom,
    partition: fc.constantFrom(0, 0, 0, 1, 2),
    onDelete: seldom,
    strategy: fc.option(strategy, { nil: undefined, freq: 4 }),
    minReadySeconds: fc.option(minReadySeconds, { nil: undefined, freq: 4 }),
  });

function changed(before: Shape, change: Parts): Shape {
  const common = {
    pods: change.what === "number" ? before.pods : change.pods,
    replicas: change.what === "template" ? before.replicas : change.replicas,
    minReadySeconds: change.minReadySeconds ?? before.minReadySeconds,
  };
  if (before.kind === "Deployment") {
    return { ...before, ...common, paused: change.paused, strategy: change.strategy ?? before.strategy };
  }
  if (before.kind === "StatefulSet") {
    return { ...before, ...common, partition: change.partition, onDelete: change.onDelete };
  }
  return { ...before, ...common };
}

/** Random cases. They shrink to fewer pods, without the change under way and without failures. */
export const cases: fc.Arbitrary<Case> = fc
  .record({
    first: firstShape,
    midway: fc.option(
      fc.record({ parts: parts(fc.constant(RELEASES[1])), ms: fc.constantFrom(300, 900, 1600, 2600) }),
      { nil: undefined, freq: 2 },
    ),
    failed: fc.constantFrom(0, 0, 0, 0, 0, 1, 2),
    last: parts(fc.constantFrom(RELEASES[2], RELEASES[2], RELEASES[0])),
  })
  .map(({ first, midway, failed, last }) => {
    const between = midway && { shape: changed(first, midway.parts), ms: midway.ms };
    return { first, ...(between && { midway: between }), failed, change: changed(between?.shape ?? first, last) };
  });

/** The kind of a change, by which results are put together. */
export function kindOf({ first, midway, failed, change }: Case): string {
  if (change.kind === "ReplicaSet") return "ReplicaSet";
  if (change.kind === "StatefulSet") return `StatefulSet, ${change.policy}${midway ? ", midway" : ""}`;
  const before = midway?.shape ?? first;
  const wasPaused = before.kind === "Deployment" && before.paused;
  if (change.paused) return "paused";
  if (wasPaused) return "resumed";
  const isNew = before.pods !== change.pods;
  if (change.strategy === "Recreate") return failed > 0 ? "Recreate, failed pods" : "Recreate";
  if (midway) return isNew ? "rollover" : "scaled midway";
  if (failed > 0) return "failed pods";
  if (!isNew) return "number";
  return before.replicas === change.replicas ? "template" : "number and template";
}

/** A shape in a few words. */
export function shapeText(shape: Shape): string {
  const { release, startMs, stopMs, broken } = shape.pods;
  const pod = `${release}${broken ? " broken" : ""}, start ${startMs} ms, stop ${stopMs} ms`;
  return `${shape.replicas} x (${pod}), minReady ${shape.minReadySeconds} s, ${howText(shape)}`;
}

function howText(shape: Shape): string {
  if (shape.kind === "ReplicaSet") return "ReplicaSet";
  if (shape.kind === "StatefulSet") {
    return `StatefulSet ${shape.policy}, partition ${shape.partition}${shape.onDelete ? ", OnDelete" : ""}`;
  }
  const { strategy: how, paused } = shape;
  const text = how === "Recreate" ? how : `surge ${how.maxSurge}, unavailable ${how.maxUnavailable}`;
  return `Deployment ${text}${paused ? ", paused" : ""}`;
}

/** A case in a few lines. */
export const caseText = ({ first, midway, failed, change }: Case): string =>
  [
    `runs:   ${shapeText(first)}`,
    ...(midway ? [`midway: ${shapeText(midway.shape)}, for ${midway.ms} ms`] : []),
    ...(failed > 0 ? [`failed: ${failed}`] : []),
    `wanted: ${shapeText(change)}`,
  ].join("\n");

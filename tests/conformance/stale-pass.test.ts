import { expect, test } from "vitest";
import { endedByRig } from "./seen.ts";
import { manifestOf, type PodShape, type Shape } from "./shape.ts";
import { beginOf } from "./stale-pass.ts";
import type { Sight } from "./watched.ts";

const pods = (release: string): PodShape => ({ release, startMs: 200, stopMs: 0, broken: false });
const deploymentOf = (release: string, replicas: number, paused = false): Shape => ({
  kind: "Deployment",
  pods: pods(release),
  replicas,
  minReadySeconds: 0,
  paused,
  strategy: { maxSurge: 1, maxUnavailable: 1 },
});
const setOf = (release: string): Shape => ({
  kind: "StatefulSet",
  pods: pods(release),
  replicas: 3,
  minReadySeconds: 0,
  policy: "Parallel",
  partition: 1,
  onDelete: false,
});

const common = (version: number) => ({ version, gone: false, atMs: version });

/** A ReplicaSet of a release, as the Deployment's controller scaled it for a number of replicas. */
const scaled = (
  version: number,
  release: string,
  replicas: number,
  desired = 4,
  revision = 1,
  max = desired + 1,
): Sight => {
  const shape = deploymentOf(release, replicas);
  const { template } = manifestOf(shape, 0).spec;
  const annotations = {
    "deployment.kubernetes.io/desired-replicas": String(desired),
    "deployment.kubernetes.io/max-replicas": String(max),
    "deployment.kubernetes.io/revision": String(revision),
  };
  const metadata = { name: `web-${release}`, uid: release, annotations };
  return { ...common(version), kind: "ReplicaSet", object: { metadata, spec: { replicas, selector: {}, template } } };
};

const begin = (wanted: Shape, ...sights: readonly Sight[]) => beginOf(10, sights, manifestOf(wanted, 2)).version;

const [OLD, LAST] = [scaled(1, "r1", 3), scaled(2, "r2", 2, 4, 2)];

test("a change begins with its version where nothing tells otherwise", () => {
  expect(begin(deploymentOf("r3", 4), OLD, LAST)).toBe(10);
  // The wanted set is made first, then others shrink.
  expect(begin(deploymentOf("r3", 4), OLD, LAST, scaled(11, "r3", 0, 4, 3), scaled(12, "r2", 1, 4, 2))).toBe(10);
});

test("a set that is scaled before the wanted one is made was scaled for the change before", () => {
  expect(begin(deploymentOf("r3", 4), OLD, LAST, scaled(11, "r1", 2), scaled(12, "r3", 0, 4, 3))).toBe(12);
});

test("a set that grows though its template is not wanted grew for the change before", () => {
  expect(begin(deploymentOf("r3", 4), OLD, LAST, scaled(11, "r2", 3, 4, 2))).toBe(12);
});

test("a set that is scaled for the number of before, or made of a template of before, is of the change before", () => {
  expect(begin(deploymentOf("r2", 6), OLD, LAST, scaled(11, "r1", 2, 4))).toBe(12);
  expect(begin(deploymentOf("r2", 6), OLD, LAST, scaled(11, "r1", 4, 6))).toBe(10);
  expect(begin(deploymentOf("r3", 4), OLD, scaled(11, "r2", 0, 4, 2))).toBe(12);
});

test("a set that is scaled for the surge of before is of the change before", () => {
  const isPaused = true;
  const grown = scaled(2, "r2", 2, 4, 2, 6);
  expect(begin(deploymentOf("r1", 4, isPaused), OLD, grown, scaled(11, "r1", 2, 4, 3, 6))).toBe(12);
  expect(begin(deploymentOf("r1", 4, isPaused), OLD, grown, scaled(11, "r1", 2, 4, 3, 5))).toBe(10);
});

test("a paused Deployment grows no set without pods", () => {
  expect(begin(deploymentOf("r2", 4, true), OLD, scaled(2, "r2", 0, 4, 2), scaled(11, "r2", 1, 4, 2))).toBe(12);
});

const statefulSet = (version: number, generation: number, observedGeneration: number): Sight => ({
  ...common(version),
  kind: "StatefulSet",
  object: {
    metadata: { name: "web", uid: "web", generation },
    status: { replicas: 3, observedGeneration, updateRevision: "new" },
  },
});
const pod = (version: number, name: string, hash: string, deletionGracePeriodSeconds?: number): Sight => ({
  ...common(version),
  kind: "Pod",
  object: {
    metadata: {
      name,
      uid: `${name}-${hash}`,
      labels: { "controller-revision-hash": hash },
      ...(deletionGracePeriodSeconds !== undefined && { deletionTimestamp: new Date(0), deletionGracePeriodSeconds }),
    },
    status: { phase: "Running" },
  },
});

test("a StatefulSet's status of a generation before tells of a pass that began before", () => {
  const sights = [statefulSet(10, 3, 2), statefulSet(14, 3, 2), statefulSet(20, 3, 3)];
  expect(begin(setOf("r3"), ...sights)).toBe(15);
});

test("a pod of a StatefulSet that is created of a revision of before is of the change before, but below the partition", () => {
  const change = statefulSet(10, 3, 3);
  expect(begin(setOf("r3"), change, pod(11, "web-2", "old"))).toBe(12);
  expect(begin(setOf("r3"), change, pod(11, "web-0", "old"))).toBe(10);
  expect(begin(setOf("r3"), pod(5, "web-2", "old"), change, pod(11, "web-2", "new"))).toBe(10);
});

test("kwok's deletions are told from a controller's by the grace period", () => {
  expect(endedByRig([pod(1, "web-0", "old"), pod(2, "web-0", "old", 5), pod(3, "web-0", "old", 0)])).toEqual([]);
  expect(endedByRig([pod(1, "web-0", "old"), pod(2, "web-0", "old", 0)])).toEqual(["web-0"]);
});

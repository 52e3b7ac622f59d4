import { describe, expect, it } from "vitest";
import { clusterClock } from "../../../observer/course/cluster-clock.ts";
import { podCourses } from "../../../observer/course/pods.ts";
import type { Event, PodSeen } from "../../../observer/events.ts";
import { podSeen as seenOf } from "../../../observer/watch/objects.ts";
import { comparisonsOf, dataOf, verdictsOf } from "../support/facts-of.ts";
import { podSeen, runningContainer } from "../support/pod-seen.ts";
import { newPod, oldPod, rolled } from "../support/pods.ts";
import { plan } from "../support/scenario-parts.ts";
import { type Claim, sceneOf } from "../support/scene.ts";
import { STARTED_WALL_MS, type Timed } from "../support/synthetic.ts";

type Sight = readonly [atMs: number, seen: PodSeen];

const events = (...seen: readonly Sight[]): Event[] =>
  seen.map(([atMs, one], index) => ({ id: index + 1, atMs, wallMs: STARTED_WALL_MS + atMs, ...one }));

const courses = (...seen: readonly Sight[]) => {
  const told = events(...seen);
  const { header } = sceneOf({ kind: "no-restarts", step: "change" }, { pods: [] });
  return podCourses(told, clusterClock({ header, events: told }), 20_000);
};

/** What the kubelet writes of a pod that it evicts: the containers' statuses are gone. */
const evicted = podSeen("web-evicted", { phase: "Failed", ready: false, reason: "Evicted", containers: [] });

describe("a pod that ends by itself", () => {
  it("is ended from then on, for the reason that Kubernetes gives", () => {
    const [pod] = courses([1000, podSeen("web-evicted", { change: "added" })], [5000, evicted]);
    expect(pod?.intervals.map(({ state }) => state)).toEqual(["ready", "ended"]);
    expect(pod?.ended).toEqual({ atMs: 5000, eventId: 2, reason: "Evicted" });
  });

  it("gives its phase where there is no reason, and nothing where it was over before the recording", () => {
    const done = podSeen("job", { phase: "Succeeded", ready: false });
    expect(courses([1000, podSeen("job", { change: "added" })], [5000, done])[0]?.ended?.reason).toBe("Succeeded");
    expect(courses([0, { ...done, change: "listed" }])[0]).not.toHaveProperty("ended");
  });

  it("is terminating where its deletion was asked for", () => {
    const deleted = podSeen("web", { phase: "Succeeded", ready: false, deletionAtMs: STARTED_WALL_MS });
    const [pod] = courses([1000, podSeen("web", { change: "added" })], [5000, deleted]);
    expect(pod).not.toHaveProperty("ended");
  });
});

/** In the step `change`, whose pods of v1 are replaced by two of v2, a pod is evicted at 20 s and stays. */
const evicting: Timed[] = [
  [13_000, podSeen("web-evicted", { change: "added", release: "v2" })],
  [14_000, { ...evicted, release: "v2" }],
];

describe("pods that ended, in verdicts and report", () => {
  const sceneWith = (claim: Claim) => sceneOf(claim, { pods: rolled(), extra: evicting });

  it("are no replicas", () => {
    // Beside the evicted one there are never more than 3.
    const [verdict] = verdictsOf(sceneWith({ kind: "pods-at-most", step: "change", pods: 4 }));
    expect(verdict?.sentence).toContain("Most pods 4 of at most 4");
  });

  it("leave inconclusive what seems to hold, and are told", () => {
    const recording = sceneWith({ kind: "no-failed-requests", step: "change" });
    expect(verdictsOf(recording)[0]).toMatchObject({ outcome: "inconclusive" });
    expect(verdictsOf(recording)[0]?.sentence).toContain("but pod web-evicted ended by itself (Evicted)");
    expect(dataOf(recording).endedPods).toEqual([{ pod: "web-evicted", atMs: 14_000, reason: "Evicted" }]);
  });
});

describe("init containers", () => {
  const init = { ...runningContainer, name: "init", ready: true, state: "terminated", reason: "Completed" } as const;
  const sidecar = { ...runningContainer, name: "proxy", sidecar: true } as const;

  it("restart as other containers do, and their completion is no end", () => {
    const again = { ...init, restartCount: 1, last: { exitCode: 1, reason: "Error" } };
    const [pod] = courses(
      [1000, podSeen("web", { change: "added", initContainers: [{ ...init, state: "running" }] })],
      [3000, podSeen("web", { initContainers: [again] })],
    );
    expect(pod?.restarts).toMatchObject([{ container: "init", run: 1, atMs: 3000, end: { exitCode: 1 } }]);
    expect(pod?.ends).toEqual([]);
  });

  it("that are sidecars restart beside a container that goes on", () => {
    const killed = { ...sidecar, restartCount: 1, last: { exitCode: 137, reason: "OOMKilled" } };
    const [pod] = courses(
      [1000, podSeen("web", { change: "added", initContainers: [sidecar] })],
      [3000, podSeen("web", { initContainers: [killed] })],
    );
    expect(pod?.restarts).toMatchObject([{ container: "proxy", end: { oomKilled: true } }]);
    expect(pod?.ends).toMatchObject([{ container: "proxy", run: 0 }]);
  });

  it("are read from the API server's objects, with the kind and the reason of the pod", () => {
    const status = { name: "proxy", ready: true, started: true, restartCount: 2, imageID: "sha256:1" };
    const seen = seenOf(
      {
        metadata: { name: "web", uid: "u", resourceVersion: "1", creationTimestamp: "2026-03-14T09:30:00Z" },
        spec: { initContainers: [{ name: "setup" }, { name: "proxy", restartPolicy: "Always" }] },
        status: {
          phase: "Failed",
          reason: "Evicted",
          initContainerStatuses: [
            { ...status, name: "setup", restartCount: 0, state: { terminated: { exitCode: 0, reason: "Completed" } } },
            { ...status, state: { running: {} } },
          ],
        },
      },
      "modified",
    );
    expect(seen).toMatchObject({ phase: "Failed", reason: "Evicted" });
    expect(seen.initContainers).toMatchObject([
      { name: "setup", state: "terminated" },
      { name: "proxy", restartCount: 2, sidecar: true },
    ]);
    expect(seen.initContainers?.[0]).not.toHaveProperty("sidecar");
  });
});

describe("a rollout that is not over when its step ends", () => {
  const replaced = ["web-old-a", "web-old-b"];
  const plans = [{ ...plan({ replaced, maxPods: 4, minReady: 1 }), workload: "Deployment/web" }];
  const rowsOf = (...pods: Parameters<typeof sceneOf>[1]["pods"]) =>
    comparisonsOf(sceneOf({ kind: "no-restarts", step: "change" }, { pods, plans }))[0]?.rows ?? [];

  it("is told as not over, while pods are on their way", () => {
    const rows = rowsOf(
      oldPod("web-old-a", { deletionMs: 20_000, goneMs: 25_000 }),
      oldPod("web-old-b"),
      newPod("web-new-a", 13_000, 19_000),
      newPod("web-new-b", 35_000),
    );
    for (const name of ["replaced", "surviving", "duration"] as const) {
      expect(rows.find(({ what }) => what === name)).toMatchObject({
        observed: "not over yet, 1 pod is still to be replaced",
        agrees: false,
      });
    }
  });

  it("names the survivors where nothing is on its way", () => {
    const rows = rowsOf(
      oldPod("web-old-a", { deletionMs: 20_000, goneMs: 25_000 }),
      oldPod("web-old-b"),
      newPod("web-new-a", 13_000, 19_000),
    );
    expect(rows.find(({ what }) => what === "surviving")).toMatchObject({ observed: "web-old-b", agrees: false });
  });
});

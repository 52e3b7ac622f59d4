import { describe, expect, test } from "vitest";
import { endpointsSeen, kubernetesEventSeen, ownerSeen, podSeen } from "../../../observer/watch/objects.ts";

const metadata = {
  name: "online-inference-abc",
  uid: "u1",
  resourceVersion: "7",
  creationTimestamp: "2026-03-14T09:30:00Z",
  labels: { "app.kubernetes.io/version": "v2" },
};
const atMs = (second: number) => Date.UTC(2026, 2, 14, 9, 30) + second * 1000;

describe("a Pod", () => {
  const status = {
    phase: "Running",
    qosClass: "Burstable",
    conditions: [{ type: "Ready", status: "True", lastTransitionTime: "2026-03-14T09:30:05Z" }],
    containerStatuses: [
      {
        name: "online-inference",
        ready: true,
        started: true,
        restartCount: 1,
        imageID: "docker://sha256:1",
        state: { running: { startedAt: "2026-03-14T09:30:04Z" } },
        lastState: {
          terminated: {
            reason: "OOMKilled",
            exitCode: 137,
            startedAt: "2026-03-14T09:30:01Z",
            finishedAt: "2026-03-14T09:30:03Z",
          },
        },
      },
    ],
  };

  test("that serves, after a restart", () => {
    const owned = { ...metadata, ownerReferences: [{ name: "other" }, { name: "set", controller: true }] };
    expect(
      podSeen({ metadata: owned, spec: { nodeName: "minikube", containers: [{ image: "i:v2" }] }, status }, "added"),
    ).toEqual({
      type: "pod",
      change: "added",
      name: "online-inference-abc",
      uid: "u1",
      resourceVersion: "7",
      release: "v2",
      image: "i:v2",
      owner: "set",
      node: "minikube",
      phase: "Running",
      qosClass: "Burstable",
      probes: [],
      probesOfAny: [],
      createdAtMs: atMs(0),
      ready: true,
      readyAtMs: atMs(5),
      containers: [
        {
          name: "online-inference",
          ready: true,
          started: true,
          restartCount: 1,
          imageId: "docker://sha256:1",
          state: "running",
          startedAtMs: atMs(4),
          last: { reason: "OOMKilled", exitCode: 137, startedAtMs: atMs(1), finishedAtMs: atMs(3) },
        },
      ],
    });
  });

  test("that goes was asked to go before its grace period, not after it", () => {
    const leaving = { ...metadata, deletionTimestamp: "2026-03-14T09:30:40Z", deletionGracePeriodSeconds: 30 };
    expect(podSeen({ metadata: leaving }, "modified").deletionAtMs).toBe(atMs(10));
  });

  test("that nothing is known of is pending", () => {
    expect(podSeen({ metadata, status: { phase: "Pending" } }, "listed")).toMatchObject({
      phase: "Pending",
      ready: false,
      containers: [],
    });
  });

  test("whose container waits says why", () => {
    const [known] = status.containerStatuses;
    const waiting = { ...known, state: { waiting: { reason: "CrashLoopBackOff" } } } as typeof known & object;
    expect(podSeen({ metadata, status: { containerStatuses: [waiting] } }, "modified").containers[0]).toMatchObject({
      state: "waiting",
      reason: "CrashLoopBackOff",
      last: { exitCode: 137 },
    });
  });
});

test("an owner tells its pods' release, its counts and what is wrong with it", () => {
  const deployment = {
    metadata: { ...metadata, generation: 4 },
    spec: { replicas: 6, template: { metadata: { labels: { "app.kubernetes.io/version": "v3-broken" } } } },
    status: {
      observedGeneration: 3,
      replicas: 8,
      readyReplicas: 5,
      updatedReplicas: 2,
      conditions: [
        { type: "Available", status: "True", reason: "MinimumReplicasAvailable" },
        { type: "Progressing", status: "False", reason: "ProgressDeadlineExceeded" },
        { type: "ReplicaFailure", status: "True", reason: "FailedCreate" },
      ],
    },
  };
  expect(ownerSeen("Deployment", deployment, "modified")).toMatchObject({
    type: "owner",
    kind: "Deployment",
    generation: 4,
    observedGeneration: 3,
    release: "v3-broken",
    wanted: 6,
    replicas: 8,
    readyReplicas: 5,
    updatedReplicas: 2,
    troubles: ["Progressing: ProgressDeadlineExceeded", "ReplicaFailure: FailedCreate"],
    leastReady: 5,
    mostPods: 8,
  });
  expect(ownerSeen("ReplicaSet", { metadata }, "added")).toMatchObject({ replicas: 0, readyReplicas: 0, troubles: [] });
});

test("endpoints are ready, not ready, or terminating; those of a slice that is gone are none", () => {
  const endpoint = (name: string, conditions: object) => ({ addresses: ["10.0.0.1"], conditions, targetRef: { name } });
  const endpoints = [
    endpoint("a", { ready: true }),
    endpoint("b", { ready: false, terminating: false }),
    endpoint("c", { ready: false, serving: true, terminating: true }),
    { addresses: ["10.0.0.4"] },
  ];
  expect(endpointsSeen({ metadata, endpoints }, "modified")).toMatchObject({
    slice: metadata.name,
    ready: ["a", "10.0.0.4"],
    notReady: ["b"],
    terminating: ["c"],
  });
  expect(endpointsSeen({ metadata, endpoints }, "deleted")).toMatchObject({ ready: [], notReady: [], terminating: [] });
});

test.each([
  [
    "counted",
    { firstTimestamp: "2026-03-14T09:30:01Z", lastTimestamp: "2026-03-14T09:30:09Z", count: 3 },
    { firstAtMs: atMs(1), lastAtMs: atMs(9), count: 3 },
  ],
  [
    "of the new kind",
    { firstTimestamp: null, lastTimestamp: null, eventTime: "2026-03-14T09:30:02.500000Z" },
    { firstAtMs: atMs(2.5), lastAtMs: atMs(2.5), count: 1 },
  ],
  [
    "in series",
    { eventTime: "2026-03-14T09:30:02Z", series: { count: 5, lastObservedTime: "2026-03-14T09:30:08Z" } },
    { firstAtMs: atMs(2), lastAtMs: atMs(8), count: 5 },
  ],
])("an Event of Kubernetes, %s", (_kind, times, expected) => {
  const object = { metadata, involvedObject: { kind: "Pod", name: "a" }, reason: "Killing", type: "Warning", ...times };
  expect(kubernetesEventSeen(object)).toMatchObject({
    reason: "Killing",
    severity: "Warning",
    about: "Pod/a",
    ...expected,
  });
});

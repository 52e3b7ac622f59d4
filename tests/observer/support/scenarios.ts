import type { ContainerMeasured, Recording } from "../../../observer/events.ts";
import { numbers } from "../../support/random.ts";
import { measured, old, plan, podName, roll, type Timed, young } from "./scenario-parts.ts";
import { synthesize } from "./synthetic.ts";

/** Six pods give way to six others, with at most 4 pods more and at most 2 Ready pods fewer. No request fails. */
export const rolling = (): Recording =>
  synthesize({
    experiment: "rolling",
    title: "Rolling update",
    question: "Do old pods go while new ones come, without a failed request?",
    settings: { replicas: 6, maxSurge: 4, maxUnavailable: 2, minReadySeconds: 1 },
    ratePerSecond: 100,
    steps: roll(12_000, 36_000),
    load: { fromMs: 3000, untilMs: 36_000 },
    pods: [
      ...old(6, (index) =>
        index < 2
          ? { deletionMs: 12_600, goneMs: 18_900 }
          : { deletionMs: 15_200 + index * 700, goneMs: 21_600 + index * 700 },
      ),
      ...young(6, (index) => ({ createdMs: 12_500 + index * 90, readyMs: 15_000 + index * 650 })),
    ],
    extra: [
      ...measured,
      [
        16_020,
        {
          type: "owner",
          kind: "Deployment",
          change: "modified",
          name: "online-inference",
          uid: "d",
          resourceVersion: "9",
          generation: 2,
          observedGeneration: 2,
          release: "v2",
          wanted: 6,
          replicas: 10,
          readyReplicas: 6,
          updatedReplicas: 6,
          troubles: [],
        },
      ],
      [
        15_300,
        {
          type: "kubernetes-event",
          reason: "Killing",
          message: "Stopping container service",
          severity: "Normal",
          count: 1,
          about: `Pod/${podName("6c8f5d9b77", 2)}`,
          firstAtMs: 0,
          lastAtMs: 0,
        },
      ],
    ],
  });

/** All old pods stay until all new pods are Ready. */
export const blueGreen = (): Recording =>
  synthesize({
    experiment: "blue-green",
    title: "Blue-green by surge",
    question: "Is there an instant with all old and all new pods ready, and does any client notice?",
    ratePerSecond: 100,
    steps: roll(12_000, 36_000, { maxPods: 12, minReady: 6 }),
    load: { fromMs: 3000, untilMs: 36_000 },
    pods: [
      ...old(6, (index) => ({ deletionMs: 22_300 + index * 40, goneMs: 28_500 + index * 130 })),
      ...young(6, (index) => ({ createdMs: 12_500 + index * 60, readyMs: 15_800 + index * 300 })),
    ],
    extra: measured,
  });

/** The old bare pod goes before the new one comes. */
export const outage = (): Recording =>
  synthesize({
    experiment: "pod",
    title: "A bare pod",
    question: "What happens to users when a bare pod gets a new release?",
    ratePerSecond: 100,
    steps: roll(12_000, 36_000, {
      workload: "Pod/online-inference",
      maxPods: 1,
      minReady: 0,
      outage: true,
      replaced: ["online-inference"],
    }),
    load: { fromMs: 3000, untilMs: 36_000 },
    pods: [
      {
        name: "online-inference",
        release: "v1",
        createdMs: 300,
        runs: [{ startedMs: 900, readyMs: 2300 }],
        deletionMs: 12_400,
        goneMs: 18_700,
      },
      { name: "online-inference", release: "v2", createdMs: 18_900, runs: [{ startedMs: 19_500, readyMs: 21_200 }] },
    ],
    extra: measured,
  });

const throttling = (pod: string, fromMs: number, untilMs: number): Timed[] =>
  Array.from({ length: (untilMs - fromMs) / 1000 }, (_, index): Timed => {
    const measuredNow: ContainerMeasured = {
      type: "container",
      pod,
      cpuPeriods: (index + 1) * 10,
      throttledPeriods: index < 4 ? 0 : (index - 3) * 8,
      throttledSeconds: index * 0.3,
      memoryBytes: 60e6 + index * 2e6,
      memoryLimitBytes: 134_217_728,
    };
    return [fromMs + index * 1000, measuredNow];
  });

/** Three pods: one is OOM-killed again and again, one hangs for a while, one is throttled. The watch has one gap. */
export const crashLoop = (): Recording =>
  synthesize({
    experiment: "probes",
    title: "Probes, limits and crashes",
    question: "What do users see when containers crash, hang, or meet their limits?",
    ratePerSecond: 50,
    steps: [
      { id: "first", title: "up with probes", releases: ["v1"], fromMs: 0, operationMs: 6500, untilMs: 19_000 },
      {
        id: "leak",
        title: "leak memory until the limit",
        releases: ["v1"],
        fromMs: 20_000,
        operationMs: 3000,
        untilMs: 21_000,
      },
      {
        id: "burn",
        title: "burn CPU beyond the limit",
        releases: ["v1"],
        fromMs: 22_000,
        operationMs: 4000,
        untilMs: 60_000,
      },
      {
        id: "rest",
        title: "the same up once more: nothing may change",
        releases: ["v1"],
        fromMs: 61_000,
        operationMs: 1500,
        untilMs: 90_000,
      },
    ],
    load: { fromMs: 8000, untilMs: 90_000 },
    pods: [
      {
        name: podName("5d5f9c4b68", 0),
        release: "v1",
        createdMs: 600,
        runs: [
          { startedMs: 1500, readyMs: 6000, endedMs: 27_000, reason: "OOMKilled", exitCode: 137 },
          { startedMs: 28_000, readyMs: 32_000, endedMs: 40_000, reason: "OOMKilled", exitCode: 137 },
          { startedMs: 52_000, readyMs: 55_500, endedMs: 62_000, reason: "Error", exitCode: 1 },
          { startedMs: 82_000, readyMs: 86_000 },
        ],
      },
      {
        name: podName("5d5f9c4b68", 1),
        release: "v1",
        createdMs: 700,
        runs: [{ startedMs: 1600, readyMs: 6300 }],
        unready: [[33_000, 45_000]],
      },
      {
        name: podName("5d5f9c4b68", 2),
        release: "v1",
        createdMs: 800,
        runs: [{ startedMs: 1700, readyMs: 6400 }],
        slowMs: 60,
      },
    ],
    extra: [
      [500, { type: "clock", peer: "node minikube", offsetMs: -2.1, uncertaintyMs: 1.1 }],
      ...throttling(podName("5d5f9c4b68", 2), 22_000, 60_000),
      [
        71_000,
        { type: "gap", source: "pods", fromMs: 66_000, untilMs: 71_000, why: "410 Gone: too old resource version" },
      ],
      [
        48_500,
        { type: "gap", source: "load", fromMs: 47_000, untilMs: 48_500, why: "the sender was held up for 1.5 s" },
      ],
    ],
  });

/** Twelve pods give way to twelve others, during five minutes at 100 requests/s. A few requests fail. */
export const long = (): Recording => {
  const random = numbers(3);
  const failed = Array.from({ length: 40 }, (): Timed => {
    const atMs = 150_000 + random() * 4000;
    return [
      atMs,
      {
        type: "request",
        dueMs: atMs - 2000,
        sentMs: atMs - 2000,
        latencyMs: 2000,
        connection: "kept",
        error: "timeout",
      },
    ];
  });
  return synthesize({
    experiment: "rolling",
    title: "Rolling update of twelve pods",
    question: "Does a slow rollout stay unnoticed?",
    ratePerSecond: 100,
    steps: [
      { id: "first", title: "up v1", releases: ["v1"], fromMs: 0, operationMs: 20_000, untilMs: 59_000 },
      {
        id: "roll",
        title: "up v2",
        releases: ["v1", "v2"],
        fromMs: 60_000,
        operationMs: 190_000,
        untilMs: 300_000,
        plans: [plan({ maxPods: 14, minReady: 11 })],
      },
    ],
    load: { fromMs: 1000, untilMs: 300_000 },
    pods: [
      ...old(12, (index) => ({ deletionMs: 75_000 + index * 14_000, goneMs: 82_000 + index * 14_000 })),
      ...young(12, (index) => ({ createdMs: 62_000 + index * 14_000, readyMs: 74_000 + index * 14_000 })),
    ],
    extra: failed,
  });
};

/** A recording with a header and no event. */
export const empty = (): Recording => ({ ...rolling(), events: [] });

/** A recording that Ctrl-C ended during the first step: no request was sent, and no pod became Ready. */
export const interrupted = (): Recording =>
  synthesize({
    experiment: "rolling",
    title: "Rolling update",
    question: "Do old pods go while new ones come?",
    ratePerSecond: 100,
    steps: [
      {
        id: "first",
        title: "up v1",
        releases: ["v1"],
        fromMs: 0,
        operationMs: 900,
        untilMs: 900,
        outcome: "interrupted",
      },
    ],
    pods: [{ name: podName("6c8f5d9b77", 0), release: "v1", createdMs: 400, runs: [] }],
  });

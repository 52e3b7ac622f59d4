import type { Happening, PlannedRollout } from "../../../observer/events.ts";
import type { SyntheticPod } from "./synthetic-types.ts";

/** A happening, and its time on the recording's clock. */
export type Timed = readonly [atMs: number, happening: Happening];

/** Name of a pod in the form that ReplicaSets give: owner, hash, five letters. */
export const podName = (hash: string, index: number): string =>
  `online-inference-${hash}-${["x2x9k", "b7qpd", "mm4zt", "r8v5c", "k6hjw", "t9fnl", "z3dgs", "q5wcx", "v4brp", "n7tkm", "h2lzd", "w6sfj"][index % 12]}`;

/** Pods of v1 that are Ready when the recording begins. */
export const old = (
  count: number,
  gone: (index: number) => { deletionMs: number; goneMs: number } | undefined,
): SyntheticPod[] =>
  Array.from({ length: count }, (_, index) => ({
    name: podName("6c8f5d9b77", index),
    release: "v1",
    createdMs: -4000,
    runs: [{ startedMs: -3000, readyMs: -1000 }],
    ...gone(index),
  }));

/** Pods of v2 that come during the recording. */
export const young = (
  count: number,
  times: (index: number) => { createdMs: number; readyMs: number },
): SyntheticPod[] =>
  Array.from({ length: count }, (_, index) => {
    const { createdMs, readyMs } = times(index);
    return {
      name: podName("7b4d6f8c9", index),
      release: "v2",
      createdMs,
      runs: [{ startedMs: createdMs + 900, readyMs }],
    };
  });

/** A plan of the change from v1 to v2. */
export const plan = (change: Partial<PlannedRollout>): PlannedRollout => ({
  workload: "Deployment/online-inference",
  change: "image of v1 -> image of v2",
  maxPods: 10,
  minReady: 4,
  outage: false,
  replaced: Array.from({ length: 6 }, (_, index) => podName("6c8f5d9b77", index)),
  surviving: [],
  durationMs: { least: 6000, most: 30_000 },
  sentences: ["6 pods of v1 are replaced by 6 pods of v2; at most 10 at once, at least 4 ready."],
  ...change,
});

const DIFF = `  ~ kubernetes:apps/v1:Deployment: (update)
      [id=rolling/online-inference]
    ~ spec: {
        ~ template: {
            ~ spec: {
                ~ containers: [
                    ~ [0]: {
                        ~ image: "online-inference:v1-0a1b2c" => "online-inference:v2-3d4e5f"
                      }
                  ]
              }
          }
      }
`;

/** Events of the observer's own cost, and of the clocks. */
export const measured: Timed[] = [
  [500, { type: "clock", peer: "node minikube", offsetMs: 0.8, uncertaintyMs: 1.4 }],
  [1000, { type: "observer", cpuSeconds: 0.05, rssBytes: 120e6, eventLoopP99Ms: 3 }],
  [38_000, { type: "observer", cpuSeconds: 1.39, rssBytes: 131e6, eventLoopP99Ms: 4.2 }],
];

/** Two steps: one deploys v1, one changes to v2. */
export const roll = (fromMs: number, untilMs: number, change: Partial<PlannedRollout> = {}) => [
  { id: "first", title: "up v1", releases: ["v1"], fromMs: 0, operationMs: 2500, untilMs: fromMs - 200 },
  {
    id: "roll",
    title: "up v2",
    releases: ["v1", "v2"],
    fromMs,
    operationMs: 9800,
    untilMs,
    plans: [plan(change)],
    diff: DIFF,
  },
];

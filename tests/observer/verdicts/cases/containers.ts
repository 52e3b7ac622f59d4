import type { Happening } from "../../../../observer/events.ts";
import {
  type Case,
  type Claim,
  gap,
  holds,
  kubelet,
  leavesOpen,
  oldPod,
  refutes,
  rolled,
  runningPod,
} from "./scene.ts";

const oom: Claim = { kind: "oom-killed", step: "change" };
const calm: Claim = { kind: "no-restarts", step: "change" };
const throttled: Claim = { kind: "throttled", step: "change", share: 0.5 };
const hang: Claim = { kind: "hang-killed", step: "change", hangAfterMs: 4000, detectWithinMs: 6000, graceMs: 3000 };
const crash: Claim = { kind: "crash-restarted", step: "change", times: 2, backOffMs: [0, 10_000] };
const unready: Claim = { kind: "unready-not-restarted", step: "change" };

const solo = "solo-b";
/** A container that ends after 5 s for a reason, and its next run. */
const ending = (reason: string, exitCode: number) => [
  runningPod(solo, [
    { startedMs: 13_000, readyMs: 14_000, endedMs: 18_000, reason, exitCode },
    { startedMs: 19_000, readyMs: 20_000 },
  ]),
];
const endingForGood = (reason: string) => [
  runningPod(solo, [{ startedMs: 13_000, readyMs: 14_000, endedMs: 33_000, reason }]),
];

/** One look at a container's counters every second from 13 s on; `share` of 10 periods a second are throttled. */
const counters = (share: number, seconds = 20): (readonly [number, Happening])[] =>
  Array.from({ length: seconds }, (_, index) => [
    13_000 + index * 1000,
    { type: "container", pod: "web-old-a", cpuPeriods: 100 + index * 10, throttledPeriods: 7 + index * 10 * share },
  ]);

/** A container that nobody read until 25 s; so many of its first 100 periods were throttled, and 90 of the next 100. */
const startUnread = (throttledPeriods: number): (readonly [number, Happening])[] => [
  [25_000, { type: "container", pod: solo, cpuPeriods: 100, throttledPeriods }],
  [35_000, { type: "container", pod: solo, cpuPeriods: 200, throttledPeriods: throttledPeriods + 90 }],
  gap("metrics", 14_500, 25_000),
];

/** Starts at 13 s, hangs at 17 s, is given up at `killedMs` and dead at `deadMs`. */
const hung = (killedMs: number, deadMs: number, exitCode = 137) => ({
  pods: [
    runningPod(solo, [
      { startedMs: 13_000, readyMs: 14_000, endedMs: deadMs, reason: "Error", exitCode },
      { startedMs: deadMs + 1000, readyMs: deadMs + 2000 },
    ]),
  ],
  extra: [
    kubelet(13_050, "Started", solo),
    kubelet(killedMs, "Killing", solo, "Container service failed liveness probe, will be restarted"),
  ],
});
const hungUntold = { ...hung(22_000, 25_000), extra: hung(22_000, 25_000).extra.slice(1) };

/** Ends at 14 s and 19 s, started again after so long. */
const crashed = (firstMs: number, secondMs: number) => [
  runningPod(solo, [
    { startedMs: 13_000, endedMs: 14_000 },
    { startedMs: 14_000 + firstMs, endedMs: 15_000 + firstMs },
    { startedMs: 15_000 + firstMs + secondMs },
  ]),
];

const unreadyPod = (more: { endedMs?: number } = {}) => ({
  ...runningPod(solo, [
    { startedMs: 13_000, readyMs: 14_000, ...more },
    ...(more.endedMs === undefined ? [] : [{ startedMs: more.endedMs + 1000 }]),
  ]),
  unready: [[18_000, 30_000]] as const,
});
/** The endpoints go on naming the pod. */
const stillNamed: readonly [number, Happening] = [
  18_000,
  {
    type: "endpoints",
    change: "added",
    slice: "other",
    resourceVersion: "1",
    ready: [solo],
    notReady: [],
    terminating: [],
  },
];

/** Hypotheses about what becomes of containers. */
export const containerCases: readonly Case[] = [
  holds(
    oom,
    "killed and started again",
    { pods: ending("OOMKilled", 137) },
    "(OOMKilled) and started again 1 time in solo-b, first 7.0 s",
  ),
  refutes(oom, "ends by itself", { pods: ending("Error", 134) }, "it ended otherwise: Error, exit code 134"),
  refutes(oom, "killed, but not started again", { pods: endingForGood("OOMKilled") }, "not started again"),
  refutes(oom, "nothing ends", { pods: rolled() }, "No container was killed for its memory."),
  leavesOpen(oom, "nothing ends as far as was seen", { pods: rolled(), extra: [gap("pods")] }),
  leavesOpen(oom, "killed and started again, but a gap elsewhere", {
    pods: ending("OOMKilled", 137),
    extra: [gap("pods", 30_000, 31_000)],
  }),

  holds(calm, "nothing restarts", { pods: rolled() }, "0 restarts of 4 pods"),
  refutes(calm, "one restarts", { pods: ending("Error", 1) }, "1 restart (Error, exit code 1)"),
  refutes(calm, "one restarts, and a gap elsewhere", {
    pods: ending("Error", 1),
    extra: [gap("pods", 30_000, 31_000)],
  }),
  leavesOpen(
    calm,
    "one has ended at the step's end",
    { pods: endingForGood("Error") },
    "was not started again by the step's end",
  ),
  leavesOpen(calm, "nothing restarts as far as was seen", { pods: rolled(), extra: [gap("pods")] }),
  leavesOpen(calm, "nothing runs", { pods: [] }),

  holds(
    throttled,
    "most periods",
    { pods: [oldPod("web-old-a")], extra: counters(0.8) },
    "Throttled in 152 of 190 CPU periods (80.0 %; at least 50.0 % were claimed)",
  ),
  holds(
    throttled,
    "a pod's successor of the same name, whose counters begin anew",
    {
      pods: [
        oldPod(solo, { deletionMs: 16_000, goneMs: 17_000 }),
        runningPod(solo, [{ startedMs: 18_000, readyMs: 18_500 }]),
      ],
      extra: [
        [15_000, { type: "container", pod: solo, cpuPeriods: 40, throttledPeriods: 0 }],
        [20_000, { type: "container", pod: solo, cpuPeriods: 50, throttledPeriods: 45 }],
        [34_000, { type: "container", pod: solo, cpuPeriods: 150, throttledPeriods: 135 }],
      ],
    },
    "Throttled in 90 of 100 CPU periods",
  ),
  refutes(throttled, "few periods", { pods: [oldPod("web-old-a")], extra: counters(0.1) }, "(10.0 %"),
  holds(throttled, "a gap that the counters bridge", {
    pods: [oldPod("web-old-a")],
    extra: [...counters(0.8).filter(([atMs]) => atMs < 20_100 || atMs > 24_900), gap("metrics", 20_100, 24_900)],
  }),
  leavesOpen(
    throttled,
    "a gap up to the end",
    { pods: [oldPod("web-old-a")], extra: [...counters(0.8), gap("metrics", 32_100, 35_500)] },
    "a container was not measured",
  ),
  leavesOpen(
    throttled,
    "a gap over a bare pod's replacement, which its successor's counters do not bridge",
    {
      pods: [
        oldPod(solo, { deletionMs: 17_500, goneMs: 18_000 }),
        runningPod(solo, [{ startedMs: 19_000, readyMs: 19_500 }]),
      ],
      extra: [
        [12_500, { type: "container", pod: solo, cpuPeriods: 10, throttledPeriods: 0 }],
        [13_500, { type: "container", pod: solo, cpuPeriods: 20, throttledPeriods: 10 }],
        [22_000, { type: "container", pod: solo, cpuPeriods: 50, throttledPeriods: 45 }],
        [35_000, { type: "container", pod: solo, cpuPeriods: 150, throttledPeriods: 135 }],
        gap("metrics", 13_500, 22_000),
      ],
    },
    "Throttled in 100 of 110 CPU periods (90.9 %; at least 50.0 % were claimed), but meanwhile a container was not measured",
  ),
  holds(throttled, "a gap over a pod's start, and its counters since then say the same", {
    pods: [runningPod(solo, [{ startedMs: 14_000, readyMs: 14_500 }])],
    extra: startUnread(70),
  }),
  leavesOpen(
    throttled,
    "a gap over a pod's start, and its counters since then say otherwise",
    { pods: [runningPod(solo, [{ startedMs: 14_000, readyMs: 14_500 }])], extra: startUnread(0) },
    "Throttled in 90 of 100 CPU periods (90.0 %; at least 50.0 % were claimed), but meanwhile a container was not measured",
  ),
  leavesOpen(
    throttled,
    "too few periods",
    { pods: [oldPod("web-old-a")], extra: counters(0.8, 4) },
    "Only 30 CPU periods of at least 50",
  ),
  leavesOpen(throttled, "an unplanned restart", {
    pods: [oldPod("web-old-a"), ...ending("Error", 1)],
    extra: counters(0.8),
  }),

  holds(
    hang,
    "found out and killed",
    hung(22_000, 25_200),
    "5.0 s after it hung, of at most 6.0 s; it was dead (exit code 137)",
  ),
  holds(hang, "found out and killed, its start told by whole seconds", hungUntold),
  refutes(hang, "found out too late", hung(25_000, 28_000), "8.0 s after it hung"),
  refutes(hang, "found out too late, and a gap elsewhere", {
    ...hung(25_000, 28_000),
    extra: [...hung(25_000, 28_000).extra, gap("pods", 13_200, 13_400)],
  }),
  leavesOpen(hang, "when it started was not seen", {
    ...hungUntold,
    pods: [runningPod(solo, [{ startedMs: 13_000, readyMs: 14_000 }])],
  }),
  refutes(hang, "found out before it hung", hung(15_000, 18_000), "before it was to hang"),
  refutes(hang, "heeds SIGTERM", hung(22_000, 23_000, 143), "it ended by itself (Error, exit code 143)"),
  refutes(hang, "killed too late", hung(22_000, 29_000), "7.0 s later, the grace being 3.0 s"),
  refutes(
    hang,
    "killed, but not started again",
    { ...hung(22_000, 25_000), pods: [runningPod(solo, [{ startedMs: 13_000, readyMs: 14_000 }])] },
    "but it was not started again",
  ),
  refutes(hang, "nothing hangs", { pods: rolled() }, "No liveness probe had a container killed."),
  leavesOpen(hang, "nothing hangs, but nobody heard the kubelet", {
    pods: rolled(),
    extra: [gap("kubernetes-events")],
  }),
  leavesOpen(hang, "the step was interrupted before", { pods: rolled(), change: { outcome: "interrupted" } }),

  holds(
    crash,
    "at once, then after 10 s",
    { pods: crashed(1000, 11_000) },
    "started again 2 times, 1.0 s and 11.0 s after its end (predicted: 0 ms and 10.0 s)",
  ),
  refutes(crash, "the second time too soon", { pods: crashed(1000, 5000) }),
  refutes(crash, "too soon, and a gap elsewhere", { pods: crashed(1000, 5000), extra: [gap("pods", 30_000, 31_000)] }),
  refutes(crash, "the first time too late", { pods: crashed(9000, 10_000) }),
  refutes(crash, "never", { pods: rolled() }, "at least 2 were claimed"),
  leavesOpen(
    crash,
    "the step ends within the back-off",
    { pods: crashed(1000, 30_000) },
    "the step ended within the next back-off",
  ),
  leavesOpen(crash, "a gap in the watch", { pods: crashed(1000, 11_000), extra: [gap("pods", 16_500, 17_500)] }),

  holds(
    unready,
    "leaves the endpoints",
    { pods: [unreadyPod()] },
    "Pod solo-b stopped being Ready, was out of the endpoints",
  ),
  refutes(unready, "restarts", { pods: [unreadyPod({ endedMs: 25_000 })] }, "restarted 1 time"),
  refutes(unready, "stays in the endpoints", { pods: [unreadyPod()], extra: [stillNamed] }, "stayed in the endpoints"),
  refutes(unready, "stays Ready", { pods: rolled() }, "No pod stopped being Ready."),
  leavesOpen(
    unready,
    "endpoints were not watched",
    { pods: [unreadyPod()], extra: [gap("endpoints")] },
    "the watch of endpoints saw nothing",
  ),
  leavesOpen(unready, "stays Ready as far as was seen", { pods: rolled(), extra: [gap("pods")] }),
];

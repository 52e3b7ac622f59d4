import type { Happening } from "../../../../observer/events.ts";
import { type Case, held, inconclusive, refuted } from "../../support/case.ts";
import { ending, oldPod, runningPod, solo } from "../../support/pods.ts";
import type { Claim } from "../../support/scene.ts";
import { gap, machines } from "../../support/told.ts";

const throttled: Claim = { kind: "throttled", step: "change", share: 0.5 };

/** A sample of a container's counters every second from 13 s on. Of its 10 periods a second, the share `share` is throttled. */
const counters = (share: number, seconds = 20): (readonly [number, Happening])[] =>
  Array.from({ length: seconds }, (_, index) => [
    13_000 + index * 1000,
    { type: "container", pod: "web-old-a", cpuPeriods: 100 + index * 10, throttledPeriods: 7 + index * 10 * share },
  ]);

/** Samples of a container from 25 s on. Of its first 100 periods `throttledPeriods` are throttled, and 90 of the next 100. */
const startUnread = (throttledPeriods: number): (readonly [number, Happening])[] => [
  [25_000, { type: "container", pod: solo, cpuPeriods: 100, throttledPeriods }],
  [35_000, { type: "container", pod: solo, cpuPeriods: 200, throttledPeriods: throttledPeriods + 90 }],
  gap("metrics", 14_500, 25_000),
];

export const cases: readonly Case[] = [
  held(
    throttled,
    "most periods",
    { pods: [oldPod("web-old-a")], extra: counters(0.8) },
    "Throttled in 152 of 190 CPU periods (80.0 %; at least 50.0 % were claimed)",
  ),
  held(
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
  held(
    throttled,
    "most periods of a pod whose predecessor is not throttled",
    {
      pods: [
        oldPod(solo, { deletionMs: 16_000, goneMs: 24_000 }),
        runningPod(solo, [{ startedMs: 25_000, readyMs: 25_500 }]),
      ],
      extra: [
        [13_000, { type: "container", pod: solo, cpuPeriods: 40, throttledPeriods: 0 }],
        [23_000, { type: "container", pod: solo, cpuPeriods: 240, throttledPeriods: 0 }],
        [26_000, { type: "container", pod: solo, cpuPeriods: 5, throttledPeriods: 4 }],
        [35_000, { type: "container", pod: solo, cpuPeriods: 105, throttledPeriods: 84 }],
      ],
    },
    "Throttled in 80 of 100 CPU periods",
  ),
  refuted(throttled, "few periods", { pods: [oldPod("web-old-a")], extra: counters(0.1) }, "(10.0 %"),
  inconclusive(
    throttled,
    "few periods on a machine without CPU to spare",
    { pods: [oldPod("web-old-a")], extra: [...counters(0.1), ...machines(0.8, { busyCores: 1.9 })] },
    "(10.0 %; at least 50.0 % were claimed), but 95.0 % of this machine's CPU was in use",
  ),
  refuted(
    throttled,
    "few periods on a machine with CPU to spare",
    { pods: [oldPod("web-old-a")], extra: [...counters(0.1), ...machines(0.8, { busyCores: 1.4 })] },
    "(10.0 %",
  ),
  held(throttled, "a gap that the counters bridge", {
    pods: [oldPod("web-old-a")],
    extra: [...counters(0.8).filter(([atMs]) => atMs < 20_100 || atMs > 24_900), gap("metrics", 20_100, 24_900)],
  }),
  inconclusive(
    throttled,
    "a gap up to the end",
    { pods: [oldPod("web-old-a")], extra: [...counters(0.8), gap("metrics", 32_100, 35_500)] },
    "a container was not measured",
  ),
  inconclusive(
    throttled,
    "a gap over a bare pod's replacement, which its successor's counters do not bridge",
    {
      pods: [
        oldPod(solo, { deletionMs: 17_500, goneMs: 18_000 }),
        runningPod(solo, [{ startedMs: 18_100, readyMs: 18_500 }]),
      ],
      extra: [
        [12_500, { type: "container", pod: solo, cpuPeriods: 10, throttledPeriods: 0 }],
        [13_500, { type: "container", pod: solo, cpuPeriods: 20, throttledPeriods: 10 }],
        [22_000, { type: "container", pod: solo, cpuPeriods: 60, throttledPeriods: 0 }],
        [35_000, { type: "container", pod: solo, cpuPeriods: 120, throttledPeriods: 55 }],
        gap("metrics", 13_500, 22_000),
      ],
    },
    "Throttled in 55 of 60 CPU periods (91.7 %; at least 50.0 % were claimed), but meanwhile a container was not measured",
  ),
  held(throttled, "a gap over a pod's start, and its counters since then say the same", {
    pods: [runningPod(solo, [{ startedMs: 14_000, readyMs: 14_500 }])],
    extra: startUnread(70),
  }),
  inconclusive(
    throttled,
    "a gap over a pod's start, and its counters since then say otherwise",
    { pods: [runningPod(solo, [{ startedMs: 14_000, readyMs: 14_500 }])], extra: startUnread(0) },
    "Throttled in 90 of 100 CPU periods (90.0 %; at least 50.0 % were claimed), but meanwhile a container was not measured",
  ),
  inconclusive(
    throttled,
    "too few periods",
    { pods: [oldPod("web-old-a")], extra: counters(0.8, 4) },
    "Only 30 CPU periods of at least 50",
  ),
  inconclusive(throttled, "an unplanned restart", {
    pods: [oldPod("web-old-a"), ...ending("Error", 1)],
    extra: counters(0.8),
  }),
];

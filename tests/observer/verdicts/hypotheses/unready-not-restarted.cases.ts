import type { Happening } from "../../../../observer/events.ts";
import { type Case, held, inconclusive, refuted } from "../../support/case.ts";
import { rolled, runningPod, solo } from "../../support/pods.ts";
import type { Claim } from "../../support/scene.ts";
import { gap } from "../../support/told.ts";

const unready: Claim = { kind: "unready-not-restarted", step: "change" };

const unreadyPod = (more: { endedMs?: number } = {}) => ({
  ...runningPod(solo, [
    { startedMs: 13_000, readyMs: 14_000, ...more },
    ...(more.endedMs === undefined ? [] : [{ startedMs: more.endedMs + 1000 }]),
  ]),
  unready: [[18_000, 30_000]] as const,
});

/** An event of endpoints that still name the unready pod. */
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

export const cases: readonly Case[] = [
  held(
    unready,
    "leaves the endpoints",
    { pods: [unreadyPod()] },
    "Pod solo-b stopped being Ready, was out of the endpoints",
  ),
  refuted(unready, "restarts", { pods: [unreadyPod({ endedMs: 25_000 })] }, "restarted 1 time"),
  refuted(unready, "stays in the endpoints", { pods: [unreadyPod()], extra: [stillNamed] }, "stayed in the endpoints"),
  refuted(unready, "stays Ready", { pods: rolled() }, "No pod stopped being Ready."),
  inconclusive(
    unready,
    "endpoints were not watched",
    { pods: [unreadyPod()], extra: [gap("endpoints")] },
    "the watch of endpoints saw nothing",
  ),
  inconclusive(unready, "stays Ready as far as was seen", { pods: rolled(), extra: [gap("pods")] }),
];

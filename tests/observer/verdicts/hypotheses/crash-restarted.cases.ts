import { type Case, held, inconclusive, refuted } from "../../support/case.ts";
import { rolled, runningPod, solo } from "../../support/pods.ts";
import type { Claim } from "../../support/scene.ts";
import { gap } from "../../support/told.ts";

const crash: Claim = { kind: "crash-restarted", step: "change", times: 2, backOffMs: [0, 10_000] };

/** A pod whose container ends twice, 1 s after each start. Its restarts follow `firstMs` and `secondMs` after the ends. */
const crashed = (firstMs: number, secondMs: number) => [
  runningPod(solo, [
    { startedMs: 13_000, endedMs: 14_000 },
    { startedMs: 14_000 + firstMs, endedMs: 15_000 + firstMs },
    { startedMs: 15_000 + firstMs + secondMs },
  ]),
];

export const cases: readonly Case[] = [
  held(
    crash,
    "at once, then after 10 s",
    { pods: crashed(1000, 11_000) },
    "started again 2 times, 1.0 s and 11.0 s after its end (predicted: 0 ms and 10.0 s)",
  ),
  refuted(crash, "the second time too soon", { pods: crashed(1000, 5000) }),
  refuted(crash, "too soon, and a gap elsewhere", { pods: crashed(1000, 5000), extra: [gap("pods", 30_000, 31_000)] }),
  refuted(crash, "the first time too late", { pods: crashed(9000, 10_000) }),
  refuted({ ...crash, times: 1 }, "not even once", { pods: rolled() }, "at least 1 was claimed"),
  refuted(crash, "never", { pods: rolled() }, "at least 2 were claimed"),
  inconclusive(
    crash,
    "the step ends within the back-off",
    { pods: crashed(1000, 30_000) },
    "the step ended within the next back-off",
  ),
  inconclusive(crash, "a gap in the watch", { pods: crashed(1000, 11_000), extra: [gap("pods", 16_500, 17_500)] }),
];

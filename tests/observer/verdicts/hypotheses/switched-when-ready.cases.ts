import { type Case, held, inconclusive, refuted } from "../../support/case.ts";
import { newPod, oldPod } from "../../support/pods.ts";
import type { Claim } from "../../support/scene.ts";
import { gap, lateGap } from "../../support/told.ts";

const switched: Claim = { kind: "switched-when-ready", step: "change", pods: 2 };
const blue = ["web-blue-a", "web-blue-b"];
const green = ["web-green-a", "web-green-b"];

const colours = (greenReadyMs = 9000) => [
  ...blue.map((name) => oldPod(name)),
  ...green.map((name) => newPod(name, 5000, greenReadyMs)),
];

export const cases: readonly Case[] = [
  held(
    switched,
    "all at once",
    {
      pods: colours(),
      endpoints: [
        [1000, blue],
        [15_000, green],
      ],
    },
    "With 2 pods of v2 Ready the endpoints went from v1 to v2 within 0 ms",
  ),
  refuted(
    switched,
    "before one is Ready",
    {
      pods: [...colours().slice(0, 3), newPod("web-green-b", 13_000, 20_000)],
      endpoints: [
        [1000, blue],
        [15_000, ["web-green-a"]],
        [20_000, green],
      ],
    },
    "only 1 pod of 2 of v2 was Ready",
  ),
  refuted(
    switched,
    "one after the other",
    {
      pods: colours(),
      endpoints: [
        [1000, blue],
        [15_000, [...blue, ...green]],
        [18_000, green],
      ],
    },
    "within 3.0 s",
  ),
  refuted(
    switched,
    "with nothing between",
    {
      pods: colours(),
      endpoints: [
        [1000, blue],
        [15_000, []],
        [17_000, green],
      ],
    },
    "within 2.0 s",
  ),
  refuted(
    switched,
    "not at all",
    { pods: colours(), endpoints: [[1000, blue]] },
    "The endpoints did not change from v1",
  ),
  refuted(switched, "one after the other, and a gap elsewhere", {
    pods: colours(),
    endpoints: [
      [1000, blue],
      [15_000, [...blue, ...green]],
      [18_000, green],
    ],
    extra: [gap("pods")],
  }),
  inconclusive(
    switched,
    "too early by a watch of pods that was late",
    {
      pods: [...blue.map((name) => oldPod(name)), ...green.map((name) => newPod(name, 13_000, 15_900))],
      endpoints: [
        [1000, blue],
        [15_000, green],
      ],
      extra: [lateGap("pods", 14_000, 16_000)],
    },
    "only 0 pods of 2 of v2 were Ready",
  ),
  refuted(switched, "too early, and a watch was late afterwards", {
    pods: [...blue.map((name) => oldPod(name)), ...green.map((name) => newPod(name, 13_000, 15_900))],
    endpoints: [
      [1000, blue],
      [15_000, green],
    ],
    extra: [lateGap("pods", 25_000, 29_000)],
  }),
  inconclusive(switched, "not at all as far as was seen", {
    pods: colours(),
    endpoints: [[1000, blue]],
    extra: [gap("endpoints")],
  }),
  inconclusive(switched, "all at once, but a gap elsewhere", {
    pods: colours(),
    endpoints: [
      [1000, blue],
      [15_000, green],
    ],
    extra: [gap("pods")],
  }),
];

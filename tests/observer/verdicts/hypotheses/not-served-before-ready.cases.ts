import { type Case, held, inconclusive, refuted } from "../../support/case.ts";
import { newPod, rolled, surged } from "../../support/pods.ts";
import { CHANGE, type Claim } from "../../support/scene.ts";
import { answer, gap, lateGap, request } from "../../support/told.ts";

const early: Claim = { kind: "not-served-before-ready" };

export const cases: readonly Case[] = [
  held(early, "nothing is served early", { pods: rolled() }, "255 requests were sent while 2 pods started"),
  held(
    early,
    "pods that start at the same time, and a request counts once",
    { pods: surged() },
    "170 requests were sent while 2 pods started",
  ),
  held(early, "an answer just before we see Ready", {
    pods: rolled(),
    extra: [request(16_400, { ...answer, pod: "web-new-a" })],
  }),
  inconclusive(
    early,
    "an answer within Ready's whole second",
    { pods: rolled(), extra: [request(16_100, { ...answer, pod: "web-new-a" })] },
    "within the second",
  ),
  refuted(
    early,
    "an answer long before Ready",
    { pods: rolled(), extra: [request(15_000, { ...answer, pod: "web-new-a" })] },
    "1 answer came from web-new-a before it was Ready, the first 1.5 s before",
  ),
  refuted(
    early,
    "answers of two pods long before Ready",
    {
      pods: rolled(),
      extra: [request(15_000, { ...answer, pod: "web-new-a" }), request(17_300, { ...answer, pod: "web-new-b" })],
    },
    "2 answers came from web-new-a and web-new-b before they were Ready",
  ),
  refuted(early, "an answer from a pod that is never Ready", {
    pods: [...rolled(), newPod("web-bad", 14_000)],
    extra: [request(15_000, { ...answer, pod: "web-bad" })],
  }),
  inconclusive(early, "an answer from a pod whose Ready a gap may hide", {
    pods: [...rolled(), newPod("web-bad", 14_000)],
    extra: [request(15_000, { ...answer, pod: "web-bad" }), gap("pods")],
  }),
  inconclusive(
    early,
    "an answer long before Ready by clocks that were not compared",
    {
      pods: rolled(),
      extra: [request(15_000, { ...answer, pod: "web-new-a" }), lateGap("clock", 0, 36_000)],
    },
    "but the cluster's clock was not known for 36.0 s",
  ),
  inconclusive(early, "none, by clocks that were not compared", {
    pods: rolled(),
    extra: [lateGap("clock", 0, 36_000)],
  }),
  inconclusive(
    early,
    "an answer from a pod that nobody saw",
    { pods: rolled(), extra: [request(15_000, { ...answer, pod: "web-ghost" })] },
    "pods that were not seen",
  ),
  inconclusive(
    early,
    "no load while a pod starts",
    { pods: rolled(), load: { fromMs: 19_000, untilMs: CHANGE.untilMs } },
    "No request was sent while a pod was not yet Ready.",
  ),
];

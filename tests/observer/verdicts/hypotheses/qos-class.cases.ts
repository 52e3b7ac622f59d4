import { type Case, held, inconclusive, refuted } from "../../support/case.ts";
import { rolled } from "../../support/pods.ts";
import type { Claim } from "../../support/scene.ts";
import { gap } from "../../support/told.ts";

const burstable: Claim = { kind: "qos-class", qosClass: "Burstable" };
const guaranteed: Claim = { kind: "qos-class", qosClass: "Guaranteed" };

export const cases: readonly Case[] = [
  held(burstable, "all of it", { pods: rolled() }, "4 pods are Burstable"),
  refuted(guaranteed, "all of another", { pods: rolled() }, "4 pods are Burstable"),
  refuted(guaranteed, "all of another, and a gap", { pods: rolled(), extra: [gap("pods")] }),
  inconclusive(burstable, "a gap may hide a pod", { pods: rolled(), extra: [gap("pods")] }),
  inconclusive(burstable, "no pod", { pods: [] }),
];

import { type Case, held, inconclusive, refuted } from "../../support/case.ts";
import { rolled, surged } from "../../support/pods.ts";
import type { Claim } from "../../support/scene.ts";
import { gap } from "../../support/told.ts";

const atOnce: Claim = { kind: "starts-while-stopping", step: "change" };

export const cases: readonly Case[] = [
  held(atOnce, "one starts while one stops", { pods: rolled() }, "For 1.6 s new pods started while old ones stopped"),
  refuted(atOnce, "old ones stop when all new ones are ready", { pods: surged() }),
  inconclusive(atOnce, "not seen, but a gap may hide it", { pods: surged(), extra: [gap("pods")] }),
];

import { type Case, held, inconclusive, refuted } from "../../support/case.ts";
import { replaced, rolled } from "../../support/pods.ts";
import type { Claim } from "../../support/scene.ts";
import { gap } from "../../support/told.ts";

const someFailed: Claim = { kind: "some-failed-requests", step: "change" };

export const cases: readonly Case[] = [
  held(someFailed, "a bare pod is replaced", { pods: replaced() }, "250 of 1,200 requests failed within 5.0 s"),
  refuted(someFailed, "nobody notices", { pods: rolled() }, "None of 1,200 requests failed"),
  inconclusive(someFailed, "nobody notices, but nobody looked", { pods: rolled(), extra: [gap("load")] }),
  inconclusive(someFailed, "nobody notices as far as the interruption", {
    pods: rolled(),
    change: { outcome: "interrupted" },
  }),
];

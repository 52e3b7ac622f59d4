import { type Case, held, inconclusive, refuted } from "../../support/case.ts";
import { newPod, oldPod, rolled, stayed } from "../../support/pods.ts";
import type { Claim } from "../../support/scene.ts";
import { gap } from "../../support/told.ts";

const rolls: Claim = { kind: "config-rolls-pods", step: "change" };

/** New pods of the same release take the place of the old ones. */
const rolledConfig = () => rolled().map((pod) => ({ ...pod, release: "v1" }));

export const cases: readonly Case[] = [
  held(
    rolls,
    "all are replaced",
    { pods: rolledConfig() },
    "2 pods were replaced by 2 of the same release, 2 of them Ready",
  ),
  held(
    rolls,
    "a single pod is replaced",
    { pods: [...rolledConfig().slice(0, 1), ...rolledConfig().slice(2, 3)] },
    "1 pod was replaced by 1 of the same release, which is Ready.",
  ),
  refuted(
    rolls,
    "a single pod is replaced by one that is not Ready",
    { pods: [...rolledConfig().slice(0, 1), newPod("web-new-b", 17_200, undefined, "v1")] },
    "1 pod was replaced by 1 of the same release, which is not Ready.",
  ),
  refuted(rolls, "one stays", { pods: [...rolledConfig(), oldPod("web-old-c")] }, "1 of 3 pods stayed as it was."),
  refuted(rolls, "all stay", { pods: stayed() }, "2 of 2 pods stayed as they were"),
  refuted(rolls, "another release comes", { pods: rolled() }, "2 pods came with another release, v2"),
  inconclusive(rolls, "a gap", { pods: rolledConfig(), extra: [gap("pods")] }),
  inconclusive(rolls, "nothing was there before", { pods: rolledConfig().slice(2) }),
];

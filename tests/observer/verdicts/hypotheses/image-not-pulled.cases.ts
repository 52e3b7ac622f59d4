import { type Case, held, inconclusive, refuted } from "../../support/case.ts";
import { rolled } from "../../support/pods.ts";
import type { Claim } from "../../support/scene.ts";
import { gap, kubelet } from "../../support/told.ts";

const local: Claim = { kind: "image-not-pulled" };

const pulled = (message: string) =>
  rolled().map(({ name, createdMs }) => kubelet(createdMs + 500, "Pulled", name, message));

const PRESENT = 'Container image "online-inference:v1" already present on machine';
const DOWNLOADED = 'Successfully pulled image "online-inference:v1" in 1.2s';

export const cases: readonly Case[] = [
  held(
    local,
    "already there",
    { pods: rolled(), extra: pulled(PRESENT) },
    "The image was on the node already for all 4 pods.",
  ),
  held(
    local,
    "already there for a single pod",
    { pods: rolled().slice(0, 1), extra: pulled(PRESENT).slice(0, 1) },
    "The image was on the node already for the only pod.",
  ),
  refuted(local, "downloaded", { pods: rolled(), extra: pulled(DOWNLOADED) }, "The image was pulled for"),
  refuted(local, "one is being downloaded", {
    pods: rolled(),
    extra: [...pulled(PRESENT), kubelet(14_000, "Pulling", "web-new-a", 'Pulling image "x"')],
  }),
  inconclusive(
    local,
    "one of them not told",
    { pods: rolled(), extra: pulled(PRESENT).slice(1) },
    "Where the image of web-old-a came from was not seen",
  ),
  inconclusive(local, "the kubelet was not heard for a while", {
    pods: rolled(),
    extra: [...pulled(PRESENT), gap("kubernetes-events")],
  }),
];

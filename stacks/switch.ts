import Type from "typebox";
import { VERSION_LABEL } from "../kubernetes/labels.ts";
import type { Live } from "../kubernetes/live.ts";
import { RELEASES, type Release } from "../service/releases.ts";
import { defineExperiment } from "./experiment.ts";
import { disruptionBudget, networkPolicy, service } from "./objects/around-pods.ts";
import type { Context } from "./objects/declaration.ts";
import { deployment, rollingUpdate } from "./objects/deployment.ts";
import { APP } from "./objects/labels.ts";
import type { LiveConflict } from "./settings/parse.ts";
import { podSettings, podSettingsConflict } from "./settings/pod.ts";
import { type ReplicaSettings, replicaConflict, replicaSettings } from "./settings/replicas.ts";

const COLOURS = ["blue", "green"] as const;
type Colour = (typeof COLOURS)[number];
const COLOUR_LABEL = "online-inference/colour";

const releaseOf = (colour: Colour) =>
  Type.Enum([...RELEASES], {
    default: "v1",
    description: `Release of the ${colour} pods; only the idle colour's may change`,
  });

const settings = Type.Object({
  ...podSettings.properties,
  ...replicaSettings(3).properties,
  blueRelease: releaseOf("blue"),
  greenRelease: releaseOf("green"),
  active: Type.Enum([...COLOURS], { default: "blue", description: "Colour that gets the users" }),
});

type Settings = ReplicaSettings & { blueRelease: Release; greenRelease: Release; active: Colour };

const idleOf = (active: Colour): Colour => (active === "blue" ? "green" : "blue");

const releases = ({ blueRelease, greenRelease }: Settings): Record<Colour, Release> => ({
  blue: blueRelease,
  green: greenRelease,
});

/** Two Deployments, blue and green. A Service sends all users to one of them, and is switched to the other. */
export const switched = defineExperiment({
  title: "Blue-green by a switch",
  question: "Can users be moved to a release that was proven ready, and back, at once and without noticing?",
  nodePort: 30_060,
  settings,
  releases: (chosen) => COLOURS.map((colour) => releases(chosen)[colour]),
  conflict: (chosen) => podSettingsConflict(chosen) ?? replicaConflict(chosen),
  conflictWithLive,
  resources: (context) => {
    const { active } = context.settings;
    const ofColour = (colour: Colour) =>
      deployment(context, {
        name: colour,
        release: releases(context.settings)[colour],
        labels: { [COLOUR_LABEL]: colour },
        strategy: rollingUpdate({ maxSurge: "100%", maxUnavailable: "0" }),
      });
    return [
      ofColour(active),
      // Users are never sent to a colour that is not ready …
      service(context, { labels: { [COLOUR_LABEL]: active }, after: [active] }),
      // … and the colour that they leave changes only when they are gone.
      { ...ofColour(idleOf(active)), after: ["service"] },
      disruptionBudget(context),
      networkPolicy(context),
    ];
  },
  steps: () => [
    {
      id: "deploy",
      kind: "up",
      title: "Deploy both colours, blue active",
      config: { blueRelease: "v1", greenRelease: "v1", active: "blue" },
    },
    { id: "again", kind: "no-op", title: "Deploy the same again" },
    {
      id: "prepare",
      kind: "up",
      title: "Bring release v2 to the idle colour",
      config: { greenRelease: "v2" },
      observeMs: 10_000,
    },
    { id: "change", kind: "up", title: "Switch to it", config: { active: "green" }, observeMs: 5_000 },
    { id: "back", kind: "up", title: "Switch back", config: { active: "blue" }, observeMs: 5_000 },
  ],
  hypotheses: ({ replicas }) => [
    { id: "no-op", claim: "Deploying the same again changes nothing.", kind: "nothing-changes", step: "again" },
    {
      id: "unnoticed",
      claim: "Users do not notice that the idle colour changes.",
      kind: "no-failed-requests",
      step: "prepare",
    },
    {
      id: "ready-first",
      claim: "Users are moved only when all pods of the other colour are Ready, then all at once.",
      kind: "switched-when-ready",
      step: "change",
      pods: replicas,
    },
    { id: "no-failures", claim: "No request fails in the switch …", kind: "no-failed-requests", step: "change" },
    { id: "back", claim: "… nor on the way back, …", kind: "no-failed-requests", step: "back" },
    { id: "back-ready", claim: "… which starts no pod.", kind: "switched-when-ready", step: "back", pods: replicas },
  ],
});

/**
 * Refuses a new release for a colour that has the users and keeps them: that would be a rollout under their feet. Whoever moves
 * them to the other colour may change both.
 */
function conflictWithLive({ settings: wanted }: Context<Settings>, live: Live): LiveConflict | undefined {
  const colour = live.services.find(({ metadata }) => metadata?.name === APP)?.spec?.selector?.[COLOUR_LABEL] as
    | Colour
    | undefined;
  const running = live.deployments.find(({ metadata }) => metadata?.name === `${APP}-${colour}`);
  const release = running?.spec?.template.metadata?.labels?.[VERSION_LABEL];
  if (!colour || !release || wanted.active !== colour || release === releases(wanted)[colour]) return undefined;
  const idle = idleOf(colour);
  return {
    key: `${colour}Release`,
    got: releases(wanted)[colour],
    allowed: `${release}, because ${colour} is active and runs it`,
    ways: [
      { what: "Keep it", config: { [`${colour}Release`]: release } },
      { what: `Or move users to ${idle} first`, config: { active: idle } },
    ],
  };
}

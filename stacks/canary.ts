import Type from "typebox";
import { RELEASES } from "../service/releases.ts";
import { defineExperiment } from "./experiment.ts";
import { disruptionBudget, networkPolicy, service } from "./objects/around-pods.ts";
import { deployment, rollingUpdate } from "./objects/deployment.ts";
import { podSettings, podSettingsConflict } from "./settings/pod.ts";
import { replicaConflict, replicaSettings } from "./settings/replicas.ts";

const settings = Type.Object({
  ...podSettings.properties,
  ...replicaSettings(6).properties,
  canaryRelease: Type.Enum([...RELEASES], { default: "v2", description: "Release of the canary's pods" }),
  canaryReplicas: Type.Integer({
    minimum: 0,
    maximum: 50,
    default: 0,
    description: "How many of the pods are the canary's; the others run config release",
  }),
});

// Neither of the two Deployments ever has fewer pods than it wants.
const strategy = rollingUpdate({ maxSurge: "2", maxUnavailable: "0" });

/** Two Deployments behind one Service: the new release gets a share of users according to its share of the pods. */
export const canary = defineExperiment({
  title: "Canary by numbers of pods",
  question: "Does a new release get the share of the users that its share of the pods promises?",
  nodePort: 30_058,
  settings,
  releases: (chosen, release) => [release, chosen.canaryRelease],
  conflict: (chosen) => {
    const { canaryReplicas: got, replicas } = chosen;
    if (got >= replicas) return { key: "canaryReplicas", got, allowed: `fewer than replicas, which is ${replicas}` };
    return podSettingsConflict(chosen) ?? replicaConflict(chosen);
  },
  resources: (context) => {
    const { replicas, canaryReplicas, canaryRelease } = context.settings;
    const track = (name: string) => ({ name, strategy, labels: { "online-inference/track": name } });
    return [
      deployment(context, { ...track("stable"), replicas: replicas - canaryReplicas }),
      deployment(context, { ...track("canary"), replicas: canaryReplicas, release: canaryRelease }),
      service(context),
      disruptionBudget(context),
      networkPolicy(context),
    ];
  },
  steps: ({ replicas }) => [
    { id: "deploy", kind: "up", title: "Deploy release v1", config: { release: "v1", canaryReplicas: "0" } },
    { id: "again", kind: "no-op", title: "Deploy the same again" },
    {
      id: "some",
      kind: "up",
      title: "Give it a third of the pods",
      config: { canaryReplicas: String(third(replicas)) },
      observeMs: 15_000,
    },
    {
      id: "change",
      kind: "up",
      title: "Promote it",
      config: { release: "v2", canaryReplicas: "0" },
      observeMs: 5_000,
    },
  ],
  hypotheses: ({ replicas, canaryRelease }) => [
    { id: "no-op", claim: "Deploying the same again changes nothing.", kind: "nothing-changes", step: "again" },
    {
      id: "share",
      claim: "The canary gets about its pods' share of the users that connect anew.",
      kind: "traffic-share",
      step: "some",
      release: canaryRelease,
      share: third(replicas) / replicas,
      tolerance: 0.1,
    },
    {
      id: "some-unharmed",
      claim: "No request fails when the canary comes …",
      kind: "no-failed-requests",
      step: "some",
    },
    { id: "change-unharmed", claim: "… nor when it is promoted.", kind: "no-failed-requests", step: "change" },
  ],
});

const third = (replicas: number): number => Math.max(1, Math.round(replicas / 3));

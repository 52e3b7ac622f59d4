import { type Kind, type ParametersOf, STEP } from "../kind.ts";
import { allReadyTogether } from "./all-ready-together.ts";
import { answersEqualModel } from "./answers-equal-model.ts";
import { configRollsPods } from "./config-rolls-pods.ts";
import { crashRestarted } from "./crash-restarted.ts";
import { failuresAtMost } from "./failures-at-most.ts";
import { hangKilled } from "./hang-killed.ts";
import { imageNotPulled } from "./image-not-pulled.ts";
import { latencyRises } from "./latency-rises.ts";
import { neverBothReady } from "./never-both-ready.ts";
import { noFailedRequests } from "./no-failed-requests.ts";
import { noRestarts } from "./no-restarts.ts";
import { notServedBeforeReady } from "./not-served-before-ready.ts";
import { nothingChanges } from "./nothing-changes.ts";
import { oomKilled } from "./oom-killed.ts";
import { podsAtMost } from "./pods-at-most.ts";
import { podsByRelease } from "./pods-by-release.ts";
import { podsReady } from "./pods-ready.ts";
import { qosClass } from "./qos-class.ts";
import { readyAtLeast } from "./ready-at-least.ts";
import { rolloutCompletes } from "./rollout-completes.ts";
import { rolloutStopped } from "./rollout-stopped.ts";
import { someFailedRequests } from "./some-failed-requests.ts";
import { startsWhileStopping } from "./starts-while-stopping.ts";
import { switchedWhenReady } from "./switched-when-ready.ts";
import { throttled } from "./throttled.ts";
import { trafficShare } from "./traffic-share.ts";
import { unreadyNotRestarted } from "./unready-not-restarted.ts";

/** Every kind of hypothesis by its name, which is that of its file and what an experiment writes into `kind`. */
export const KINDS = {
  "pods-ready": podsReady,
  "image-not-pulled": imageNotPulled,
  "answers-equal-model": answersEqualModel,
  "qos-class": qosClass,
  "no-failed-requests": noFailedRequests,
  "some-failed-requests": someFailedRequests,
  "failures-at-most": failuresAtMost,
  "nothing-changes": nothingChanges,
  "oom-killed": oomKilled,
  "no-restarts": noRestarts,
  throttled,
  "latency-rises": latencyRises,
  "not-served-before-ready": notServedBeforeReady,
  "hang-killed": hangKilled,
  "crash-restarted": crashRestarted,
  "unready-not-restarted": unreadyNotRestarted,
  "pods-by-release": podsByRelease,
  "all-ready-together": allReadyTogether,
  "ready-at-least": readyAtLeast,
  "pods-at-most": podsAtMost,
  "starts-while-stopping": startsWhileStopping,
  "never-both-ready": neverBothReady,
  "rollout-completes": rolloutCompletes,
  "rollout-stopped": rolloutStopped,
  "switched-when-ready": switchedWhenReady,
  "config-rolls-pods": configRollsPods,
  "traffic-share": trafficShare,
};

export type KindName = keyof typeof KINDS;

type ParametersOfKind<Name extends KindName> = ParametersOf<(typeof KINDS)[Name]["parameters"]>;

type Claimed<Name extends KindName> = { id: string; claim: string; kind: Name } & ParametersOfKind<Name>;

/**
 * A hypothesis as data: its kind and the parameters of that kind. The experiment declares it, and the observer decides it.
 * `claim` is the sentence for the reader of a report.
 */
export type Hypothesis = {
  [Name in KindName]: { readonly [Key in keyof Claimed<Name>]: Claimed<Name>[Key] };
}[KindName];

export const KIND_NAMES = Object.keys(KINDS) as readonly KindName[];

export const isKindName = (name: string): name is KindName => Object.hasOwn(KINDS, name);

/** The kind of a hypothesis. */
export const kindOf = ({ kind }: Pick<Hypothesis, "kind">): Kind => KINDS[kind];

/**
 * Ids of the steps that a hypothesis names, by the parameters with the schema `STEP`. Empty where it is about the whole
 * recording.
 */
export const stepsNamedBy = (hypothesis: Hypothesis): readonly string[] =>
  Object.entries(kindOf(hypothesis).parameters).flatMap(([name, schema]) =>
    schema === STEP ? [(hypothesis as unknown as Record<string, string>)[name] ?? ""] : [],
  );

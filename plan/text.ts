import { during, listPods, pods, range, seconds } from "./phrases.ts";
import { NEVER_MS } from "./pod-timing.ts";
import { type Counts, type PossibleOutage, type RolloutPlan, workloadName } from "./rollout-plan.ts";
import type { ServicePlan } from "./service-plan.ts";
import { serviceSentences, tellingServices, toldBy } from "./service-text.ts";

/**
 * Plans as text for people: a headline and indented details for each workload, then for each Service that meets more than one
 * workload says. It is one line if no pod changes and no Service leads elsewhere.
 */
export function planText(plans: readonly RolloutPlan[], services: readonly ServicePlan[] = []): string {
  const rollouts = plans.map((plan) => {
    const [headline, ...details] = planSentences(plan, services);
    return [`Rollout of ${workloadName(plan)}: ${headline}`, ...details];
  });
  const users = tellingServices(services, plans).map((service) => serviceSentences(service, plans));
  const isStill = plans.every(({ change }) => change === "none") && rollouts.every((lines) => lines.length === 1);
  if (isStill && users.length === 0) return "Rollout: no pod changes.";
  const blocks = isStill ? users : [...rollouts, ...users];
  return blocks.map((lines) => lines.join("\n  ")).join("\n");
}

/** The plan in sentences, the change itself first. The Services say what users meet where the workload alone does not decide it. */
export function planSentences(plan: RolloutPlan, services: readonly ServicePlan[] = []): string[] {
  if (plan.refused) return [`the API server refuses the change: ${plan.refused}.`, ...REPLACE_BY_HAND];
  const headline = headlineOf(plan);
  const paused = plan.paused ? [...changesOf(plan), PAUSED] : [];
  const stop = stopOf(plan, toldBy(plan, services) === "workload");
  if (plan.change === "none") return [headline, ...paused, ...staleOf(plan), ...stop];
  const changes = plan.paused ? paused : changesOf(plan);
  const sentences = [headline, ...changes, ...boundsOf(plan), ...choiceOf(plan), ...usersOf(plan, services)];
  sentences.push(...togetherOf(plan), ...stallOf(plan));
  return [...sentences, ...stop, ...(plan.stops ? [] : durationOf(plan))];
}

const REPLACE_BY_HAND = ["Delete the Pod first, or apply by kubectl replace --force: both mean an outage."];
const PAUSED =
  "The Deployment is paused: it scales the pods that it has, and rolls nothing; a new template waits until it is resumed.";

function headlineOf(plan: RolloutPlan): string {
  const { change, created, podsBefore, podsAfter, releaseAfter } = plan;
  const before = total(podsBefore);
  const after = total(podsAfter);
  const goes = before - after + created;
  const from = `from ${list(podsBefore)} to ${list(podsAfter)}`;
  switch (change) {
    case "none":
      return before === 0
        ? "nothing changes, there are no pods."
        : `nothing changes, ${list(podsBefore)} ${stay(before)}.`;
    case "create":
      return `${list(podsAfter)} ${created === 1 ? "is" : "are"} created.`;
    case "scale":
      return `${from}; ${plan.paused ? "their" : "the"} template stays as it is.`;
    case "roll":
      if (before === 0 || after === 0) return `${from}; there is nothing to roll.`;
      return `a rolling update ${from}: ${pods(goes)} ${go(goes)} while ${created} ${come(created)}, ${waves(plan)}.`;
    case "recreate":
      if (before === 0 || after === 0) return `${from}; there is nothing to recreate.`;
      return `all pods are recreated, ${from}: ${pods(goes)} ${go(goes)} before ${firstOf(Math.min(created, after))} comes.`;
    case "replace":
      return `the Pod of ${releaseBefore(plan)} is deleted before that of ${releaseAfter} is created.`;
    case "restart":
      return `the Pod stays, and its containers restart: ${releaseBefore(plan)} stops before ${releaseAfter} starts.`;
    case "mixed":
      return `${from}; a new template alone makes a ReplicaSet replace no pod.`;
    case "remove":
      return `${list(podsBefore)} ${go(before)} for good, not wanted any more.`;
  }
}

const changesOf = ({ templateChanges }: RolloutPlan): string[] =>
  templateChanges.length > 0 ? [`The template changes in ${some(templateChanges)}.`] : [];

function boundsOf({ maxPods, beyond, minReady, below, readyBefore }: RolloutPlan): string[] {
  const ready = readyBefore > 0 ? `, at least ${minReady} ready (now: ${readyBefore})` : "";
  const bounds = `At most ${pods(maxPods)} at once${ready}; terminating ones do not count.`;
  const late =
    "the status of a ReplicaSet that shrinks may be late, and old pods go in place of those that it still counts";
  const fewer = below ? [`That is ${below} fewer than the Deployment's controller counts on: ${late}.`] : [];
  if (!beyond) return [bounds, ...fewer];
  const grow = "as the number changes, old ReplicaSets grow first, and remove no pod before they have created all";
  return [
    bounds,
    `That is ${beyond} more than the Deployment's controller counts on: ${grow} (kubernetes#95498).`,
    ...fewer,
  ];
}

function stallOf({ stall }: RolloutPlan): string[] {
  if (!stall) return [];
  const { ended, present = [] } = stall;
  const late = `up to ${seconds(stall.mostMs)} (progressDeadlineSeconds) after the last old one is gone`;
  const [lie, them] = ended.length === 1 ? ["has ended and lies", "it"] : ["have ended and lie", "them"];
  if (ended.length > 0) {
    return [`${some(ended)} ${lie} there: new pods may come ${late} (kubernetes#128798). Delete ${them} first.`];
  }
  const are = present.length === 1 ? "is of the new revision" : "are of the new revision";
  return [`${some(present)} ${are} already: further ones may come ${late}, because nothing else wakes the controller.`];
}

function choiceOf(plan: RolloutPlan): string[] {
  const { change, undecided, replaced, surviving, starting, mayStop } = plan;
  const sentences: string[] = [];
  if (change !== "remove" && replaced.length > 0) sentences.push(`${some(replaced)} ${go(replaced.length)}.`);
  const { goes, more = 0 } = undecided;
  if (mayStop)
    sentences.push(`${some(undecided.among)} ${go(undecided.among.length)}, unless it comes to a halt before.`);
  else if (goes + more > 0) {
    sentences.push(
      `${more > 0 ? `${goes} to ${goes + more}` : goes} of ${some(undecided.among)} ${go(goes + more)}; among equals Kubernetes prefers to stop the younger ones, but chance has a say.`,
    );
  }
  if (starting)
    sentences.push(
      `Which pods go is decided by whether ${some(starting)} ${starting.length === 1 ? "gets" : "get"} ready and available before.`,
    );
  if (surviving.length > 0) sentences.push(`${some(surviving)} ${stay(surviving.length)}.`);
  return [...sentences, ...staleOf(plan)];
}

/** Only a ReplicaSet leaves pods of an old template running. */
function staleOf({ kind, podsAfter, releaseAfter }: RolloutPlan): string[] {
  const old = Object.keys(podsAfter).filter((release) => release !== releaseAfter);
  if (kind !== "ReplicaSet" || old.length === 0) return [];
  return [`Pods of ${old.join(", ")} go on with the old template until somebody deletes them.`];
}

/** What users meet, if the pods of this workload decide it; else only how long none of them is ready. */
function usersOf(plan: RolloutPlan, services: readonly ServicePlan[]): string[] {
  const { outage, outageMs, possibleOutage, readyBefore, change, podsAfter } = plan;
  const teller = toldBy(plan, services);
  const noneIsLeft = change === "remove" || total(podsAfter) === 0;
  const time = outageMs ? during(outageMs) : "for a while";
  if (teller === "workload") {
    if (outage && noneIsLeft) return ["Users are left without them."];
    if (outage) return [`Outage: no pod is ready ${time}.`, ...answersOf(plan)];
    if (possibleOutage) return [`An outage is possible${possibleText(possibleOutage)}.`];
    return readyBefore > 0 ? ["No outage."] : [];
  }
  return [
    ...(outage && !noneIsLeft ? [`None of them is ready ${time}.`] : []),
    ...(possibleOutage ? [`It is possible that none of them is ready${possibleText(possibleOutage)}.`] : []),
    ...(teller === "nobody" ? ["No Service leads users to them."] : []),
  ];
}

/** `, for up to 15 s: only if the status of a ReplicaSet is late`. */
function possibleText({ mostMs, by }: PossibleOutage): string {
  const time = mostMs < NEVER_MS ? `, for up to ${seconds(mostMs)}` : "";
  return by === "late status"
    ? `${time}: only if the status of a ReplicaSet is late`
    : `${time}: that is decided by whether pods that are starting get ready before`;
}

/**
 * As long as no pod is ready, kube-proxy leads to those that terminate and are still ready to their probe (KEP-1669, in Kubernetes
 * since 1.26). So users miss answers for less than the outage.
 */
function answersOf({ outageMs, answersMs = 0 }: RolloutPlan): string[] {
  if (!outageMs || answersMs === 0) return [];
  const until = "Until a terminating pod closes its port, it still answers";
  if (outageMs.most >= NEVER_MS) return [`${until}, for ${seconds(answersMs)} or longer.`];
  const unanswered = (ms: number) => Math.max(0, ms - answersMs);
  const span = { least: unanswered(outageMs.least), most: unanswered(outageMs.most) };
  return [`${until}: users are without an answer for ${range(span)} of it.`];
}

function togetherOf(plan: RolloutPlan): string[] {
  const { together, readyBefore, podsAfter } = plan;
  if (!together) return [];
  if (together.likely === "never") return neverTogether(plan);
  const after = total(podsAfter);
  // The old one goes only once the new one is Ready.
  if (readyBefore === 1 && after === 1) return ["The old and the new pod are Ready at one instant."];
  const old = readyBefore === 1 ? "The old" : `All ${readyBefore} old`;
  const all = `${old} and ${after === 1 ? "the new pod" : `all ${after} new pods`} are Ready at one instant`;
  const expected = `they are expected to take up to ${seconds(together.expectedMs)}`;
  const within = `the new ones get Ready within ${seconds(together.withinMs)} of one another (minReadySeconds, counted in whole seconds)`;
  return [`${all} if ${within}; ${expected}${together.likely ? "" : ", so it is not certain"}.`];
}

/** Told where the surge comes near to what blue-green needs: no old pod goes before a new one is Ready, and yet not all are there. */
function neverTogether({ together, readyBefore }: RolloutPlan): string[] {
  if (together?.likely !== "never" || !together.room || readyBefore === 0) return [];
  const { surge, replicas } = together.room;
  if (surge * 2 <= replicas) return [];
  return [`Never all old and all new at once: surge ${surge} of ${replicas}.`];
}

function stopOf(plan: RolloutPlan, decidesForUsers: boolean): string[] {
  const { kind, stops, mayStop, otherwise, paused, minReady, podsAfter, releaseAfter, durationMs } = plan;
  if (mayStop && otherwise) return [`It may come to a halt with ${list(otherwise.podsAfter)}: ${mayStop}.`];
  if (!stops) return [];
  const kept = Object.keys(podsAfter).filter((release) => release !== releaseAfter);
  const users = decidesForUsers && minReady > 0 && kept.length > 0 ? ` Users keep ${kept.join(", ")}.` : "";
  const failed =
    kind === "Deployment" && !paused
      ? ` It counts as failed after ${seconds(durationMs.least)} (progressDeadlineSeconds).`
      : "";
  return [`It comes to a halt with ${list(podsAfter)}: ${stops}.${users}${failed}`];
}

function durationOf({ durationMs, change, created, templateChanges, paused }: RolloutPlan): string[] {
  if (change === "remove") return [];
  const fresh = change === "create" || (templateChanges.length > 0 && !paused);
  const since = created > 0 && fresh ? " once the image is there" : "";
  return [durationMs.most < 1000 ? `It is done at once${since}.` : `It takes ${range(durationMs)}${since}.`];
}

const waves = ({ waves: number }: RolloutPlan): string => (number === 1 ? "in one wave" : `in up to ${number} waves`);

const firstOf = (number: number): string => (number === 1 ? "the new one" : `the first of ${number}`);

const releaseBefore = ({ releaseBefore: release, podsBefore }: RolloutPlan): string =>
  release ?? Object.keys(podsBefore).join(", ");

/** `4 pods of v1 and 2 of v2`. */
const list = (counts: Counts): string =>
  listPods(
    Object.entries(counts)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([of, number]) => ({ pods: number, of })),
  );

const MOST_NAMES = 6;

function some(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMES).join(", ");
  return names.length > MOST_NAMES ? `${shown} and ${names.length - MOST_NAMES} more` : shown;
}

const total = (counts: Counts): number => Object.values(counts).reduce((sum, number) => sum + number, 0);
const go = (number: number): string => (number === 1 ? "goes" : "go");
const come = (number: number): string => (number === 1 ? "comes" : "come");
const stay = (number: number): string => (number === 1 ? "stays" : "stay");

import { NEVER_MS, type Span } from "./pod-timing.ts";
import type { Counts, RolloutPlan } from "./rollout-plan.ts";

/** Plans as text for people: one line if no pod changes, else a headline and indented details for each plan. */
export function planText(plans: readonly RolloutPlan[]): string {
  if (plans.every((plan) => plan.change === "none" && planSentences(plan).length === 1)) {
    return "Rollout: no pod changes.";
  }
  const blocks = plans.map((plan) => {
    const [headline, ...details] = planSentences(plan);
    return [`Rollout of ${workloadName(plan)}: ${headline}`, ...details.map((line) => `  ${line}`)].join("\n");
  });
  return blocks.join("\n");
}

/** The plan in sentences, the change itself first. */
export function planSentences(plan: RolloutPlan): string[] {
  const headline = headlineOf(plan);
  const paused = plan.paused ? [...changesOf(plan), PAUSED] : [];
  if (plan.change === "none") return [headline, ...paused, ...staleOf(plan), ...stopOf(plan)];
  const changes = plan.paused ? paused : changesOf(plan);
  const sentences = [headline, ...changes, ...boundsOf(plan), ...choiceOf(plan), ...outageOf(plan)];
  sentences.push(...togetherOf(plan), ...stallOf(plan));
  return [...sentences, ...(plan.stops ? stopOf(plan) : durationOf(plan))];
}

const PAUSED =
  "The Deployment is paused: it scales the pods that it has, and rolls nothing; a new template waits until it is resumed.";

/** A workload with its kind: `Deployment/web`. */
export const workloadName = ({ kind, name }: RolloutPlan): string => `${kind}/${name}`;

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
      return `all pods are recreated, ${from}: ${pods(goes)} ${go(goes)} before the first of ${Math.min(created, after)} comes.`;
    case "replace":
      return `the Pod of ${releaseBefore(plan)} is deleted before that of ${releaseAfter} is created.`;
    case "mixed":
      return `${from}; a new template alone makes a ReplicaSet replace no pod.`;
    case "remove":
      return `${list(podsBefore)} ${go(before)} for good; config does not want ${before === 1 ? "it" : "them"} any more.`;
  }
}

const changesOf = ({ templateChanges }: RolloutPlan): string[] =>
  templateChanges.length > 0 ? [`The template changes in ${some(templateChanges)}.`] : [];

function boundsOf({ maxPods, beyond, minReady, readyBefore }: RolloutPlan): string[] {
  const ready = readyBefore > 0 ? `, at least ${minReady} ready (now: ${readyBefore})` : "";
  const bounds = `At most ${pods(maxPods)} at once${ready}; terminating ones do not count.`;
  if (!beyond) return [bounds];
  const grow = "as the number changes, old ReplicaSets grow first, and remove no pod before they have created all";
  return [bounds, `That is ${beyond} more than the Deployment's controller counts on: ${grow} (kubernetes#95498).`];
}

function stallOf({ stall }: RolloutPlan): string[] {
  if (!stall) return [];
  const [lie, them] = stall.ended.length === 1 ? ["has ended and lies", "it"] : ["have ended and lie", "them"];
  const late = `up to ${seconds(stall.mostMs)} (progressDeadlineSeconds) after the last old one is gone`;
  return [`${some(stall.ended)} ${lie} there: new pods may come ${late} (kubernetes#128798). Delete ${them} first.`];
}

function choiceOf(plan: RolloutPlan): string[] {
  const { change, undecided, replaced, surviving } = plan;
  const sentences: string[] = [];
  if (change !== "remove" && replaced.length > 0) sentences.push(`${some(replaced)} ${go(replaced.length)}.`);
  if (undecided.goes > 0) {
    sentences.push(
      `${undecided.goes} of ${some(undecided.among)} ${go(undecided.goes)}; among equals Kubernetes prefers to stop the younger ones, but chance has a say.`,
    );
  }
  if (surviving.length > 0) sentences.push(`${some(surviving)} ${stay(surviving.length)}.`);
  return [...sentences, ...staleOf(plan)];
}

/** Only a ReplicaSet leaves pods of an old template running. */
function staleOf({ kind, podsAfter, releaseAfter }: RolloutPlan): string[] {
  const old = Object.keys(podsAfter).filter((release) => release !== releaseAfter);
  if (kind !== "ReplicaSet" || old.length === 0) return [];
  return [`Pods of ${old.join(", ")} go on with the old template until somebody deletes them.`];
}

function outageOf({ outage, outageMs, readyBefore, change, podsAfter }: RolloutPlan): string[] {
  if (outage && (change === "remove" || total(podsAfter) === 0)) return ["Users are left without them."];
  if (outage) return [`Outage: no pod is ready ${outageMs ? during(outageMs) : "for a while"}.`];
  return readyBefore > 0 ? ["No outage."] : [];
}

function togetherOf({ together, readyBefore, podsAfter }: RolloutPlan): string[] {
  if (!together || together.likely === "never") return [];
  const all = `All ${readyBefore} old and all ${total(podsAfter)} new pods are Ready at one instant`;
  const expected = `they are expected to take up to ${seconds(together.expectedMs)}`;
  const within = `the new ones get Ready within ${seconds(together.withinMs)} of one another (minReadySeconds)`;
  return [`${all} if ${within}; ${expected}${together.likely ? "" : ", so it is not certain"}.`];
}

function stopOf({ kind, stops, paused, minReady, podsAfter, releaseAfter, durationMs }: RolloutPlan): string[] {
  if (!stops) return [];
  const kept = Object.keys(podsAfter).filter((release) => release !== releaseAfter);
  const users = minReady > 0 && kept.length > 0 ? ` Users keep ${kept.join(", ")}.` : "";
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

const releaseBefore = ({ releaseBefore: release, podsBefore }: RolloutPlan): string =>
  release ?? Object.keys(podsBefore).join(", ");

/** `4 pods of v1 and 2 of v2`. */
function list(counts: Counts): string {
  const [first, ...others] = Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1));
  if (!first) return "no pods";
  const [release, number] = first;
  return [`${pods(number)} of ${release}`, ...others.map(([other, count]) => `${count} of ${other}`)].join(" and ");
}

const MOST_NAMES = 6;

function some(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMES).join(", ");
  return names.length > MOST_NAMES ? `${shown} and ${names.length - MOST_NAMES} more` : shown;
}

const total = (counts: Counts): number => Object.values(counts).reduce((sum, number) => sum + number, 0);
const pods = (number: number): string => `${number} ${number === 1 ? "pod" : "pods"}`;
const go = (number: number): string => (number === 1 ? "goes" : "go");
const come = (number: number): string => (number === 1 ? "comes" : "come");
const stay = (number: number): string => (number === 1 ? "stays" : "stay");

const during = (span: Span): string =>
  span.most >= NEVER_MS ? "for as long as nobody mends it" : `for ${range(span)}`;
const range = ({ least, most }: Span): string =>
  seconds(least) === seconds(most) ? `about ${seconds(most)}` : `${seconds(least)} to ${seconds(most)}`;
const seconds = (ms: number): string => `${ms < 10_000 ? Math.round(ms / 100) / 10 : Math.round(ms / 1000)} s`;

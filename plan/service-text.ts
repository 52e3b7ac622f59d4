import { during, listPods, seconds } from "./phrases.ts";
import { type RolloutPlan, workloadName } from "./rollout-plan.ts";
import type { Served, ServicePlan } from "./service-plan.ts";

/**
 * Who tells what users meet: the workload alone, where its pods are all that its Services lead to (or where no Service is
 * known); the Services, where they lead to other pods as well; or nobody, where no Service leads to its pods.
 */
export function toldBy(plan: RolloutPlan, services: readonly ServicePlan[]): "workload" | "services" | "nobody" {
  if (services.length === 0) return "workload";
  const its = services.filter(({ workloads }) => workloads.includes(workloadName(plan)));
  if (its.length === 0) return "nobody";
  return its.every(({ alone }) => alone) ? "workload" : "services";
}

/** The Services about which there is something to say that no workload says by itself. */
export const tellingServices = (
  services: readonly ServicePlan[],
  rollouts: readonly RolloutPlan[],
): readonly ServicePlan[] =>
  services.filter(({ idle, alone, workloads }) => {
    const behind = rollouts.filter((plan) => workloads.includes(workloadName(plan)));
    return !idle && !(alone && behind.every((plan) => toldBy(plan, services) === "workload"));
  });

/** What the users of a Service meet, in sentences: who serves now and then, how many at least, and whether there is an outage. */
export function serviceSentences(service: ServicePlan, rollouts: readonly RolloutPlan[]): string[] {
  const changes = rollouts.some(({ change }) => change !== "none");
  return [
    `Users of Service/${service.name}: ${headlineOf(service, changes)}`,
    ...(isMoved(service) ? ["Kept connections stay with the old pods for as long as these live."] : []),
    ...waitOf(service, rollouts),
    ...(changes ? boundsOf(service) : []),
    ...outageOf(service),
  ];
}

function headlineOf(service: ServicePlan, changes: boolean): string {
  const { change, before, after, movesAfter = [] } = service;
  const why = service.selectsNone ? ", as it selects no pod" : "";
  const then = after.length > 0 ? list(after) : `nobody${why}`;
  if (change === "create") {
    return after.length > 0 ? `${then} ${serve(after)} once ready.` : `nobody will serve${why}.`;
  }
  if (change === "move" && isHeld(service)) return `${then} ${serve(after)} on.`;
  if (isMoved(service)) {
    const when = changes ? (movesAfter.length > 0 ? `, when ${complete(movesAfter)}` : "") : "; no pod changes";
    return `all who connect move from ${list(before)} to ${then} at once, within about a second${when}.`;
  }
  const now = before.length > 0 ? `${list(before)} ${serve(before)}` : "nobody serves";
  const what = { move: "its selector changes; ", remove: "the Service goes; ", keep: "" }[change];
  if (now === `${then} ${serve(after)}`) return `${what}${now}, before and after.`;
  return `${what}${now} now, then ${then}.`;
}

/** Whether users come to other workloads and none stays with the one before. */
const isMoved = ({ change, before, after }: ServicePlan): boolean =>
  change === "move" &&
  before.length > 0 &&
  after.length > 0 &&
  !before.some(({ workload }) => after.some((one) => one.workload === workload));

/** Whether its move waits for a workload that comes to a halt. */
const isHeld = ({ movesAfter = [], waitsFor }: ServicePlan): boolean =>
  waitsFor !== undefined && movesAfter.includes(waitsFor);

const complete = (workloads: readonly string[]): string =>
  workloads.length === 1 ? `${workloads[0]} is complete` : `${workloads.join(" and ")} are complete`;

function waitOf(service: ServicePlan, rollouts: readonly RolloutPlan[]): string[] {
  const { change, waitsFor, workloads } = service;
  if (waitsFor === undefined) return [];
  const isRemoved = (plan: RolloutPlan) => plan.change === "remove" && workloads.includes(workloadName(plan));
  const what = [
    ...(change === "move" && isHeld(service) ? ["its selector changes"] : []),
    ...(rollouts.some(isRemoved) ? ["pods go that are not wanted"] : []),
  ];
  return what.length > 0 ? [`Only when ${waitsFor} is complete ${what.join(" and ")}, and that comes to a halt.`] : [];
}

function boundsOf({ minReady, maxReady, before }: ServicePlan): string[] {
  if (before.length === 0) return [];
  const least = `At least ${minReady} ${minReady === 1 ? "endpoint is" : "endpoints are"} ready at any time`;
  return [`${least} (now: ${total(before)}), at most ${maxReady}.`];
}

function outageOf({ outage, outageMs, before, change }: ServicePlan): string[] {
  if (before.length === 0) return [];
  if (outage === "no") return ["No outage."];
  if (outage === "certain") return [`Outage: no pod is ready ${outageMs ? during(outageMs) : "for a while"}.`];
  const why =
    change === "move"
      ? "the selector may change before the pods that it then selects are ready"
      : "none of the workloads behind it keeps a pod ready all the time";
  return [`An outage is possible${outageMs ? `, for up to ${seconds(outageMs.most)}` : ""}: ${why}.`];
}

const list = (served: readonly Served[]): string =>
  listPods(served.map(({ workload, release, pods }) => ({ pods, of: `${release} (${bare(workload)})` })));

/** The name of a workload without its kind. */
const bare = (workload: string): string => workload.slice(workload.indexOf("/") + 1);

const serve = (served: readonly Served[]): string => (total(served) === 1 ? "serves" : "serve");

const total = (served: readonly Served[]): number => served.reduce((sum, { pods }) => sum + pods, 0);

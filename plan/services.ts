import type { V1Pod, V1Service } from "@kubernetes/client-node";
import type { Live } from "../kubernetes/live.ts";
import { isActive, nameOf, podsBeside } from "../kubernetes/pods.ts";
import { ANYBODY, type PlanContext } from "./plan-context.ts";
import { NEVER_MS } from "./pod-timing.ts";
import { type Revision, readyOf as readyPods, revisionsOf } from "./revision.ts";
import { type RolloutPlan, workloadName } from "./rollout-plan.ts";
import type { ServicePlan } from "./service-plan.ts";
import {
  type Behind,
  hasPods,
  mostReady,
  type Progress,
  readyOf,
  type Selector,
  selects,
  servedBy,
  sum,
} from "./serving.ts";

/** What is certain about the order in which a change is applied. By default nothing is: all of it may happen at once. */
export type Order = {
  /** What comes after a workload waits until it is complete. Workloads that are no longer wanted go last of all. */
  readonly waits?: boolean;
  /** By the name of a Service: which workloads change before it, and which after it. Of others that is not certain. */
  readonly around?: Readonly<Record<string, Around>>;
};

/** The wanted workloads that a Service waits for, and those that wait for it, as `Deployment/blue`. */
export type Around = { readonly first: readonly string[]; readonly later: readonly string[] };

/**
 * Plans the Services of one namespace, from the Services that are wanted, what runs there, and the plans of all its workloads. A
 * Service without a selector is left out, because its endpoints are not known.
 *
 * The bounds hold whenever each workload changes: at any instant at least the sum of the fewest Ready pods of each is ready.
 * Example: `stable` goes from 4 pods of v1 to 6 of v2 and keeps at least 4 Ready, `canary` goes from 2 pods of v2 to none. At
 * least 4 + 0 endpoints are ready at any time: nobody meets an outage, although `canary` ends without a pod.
 *
 * If the selector changes, either one may be in force while the workloads change, so the smaller of two sums counts. Example:
 * `blue` and `green` keep 3 pods Ready each, and the selector moves from one to the other. At least 3 endpoints are ready.
 */
export function planServices(
  wanted: readonly V1Service[],
  live: Live,
  rollouts: readonly RolloutPlan[],
  order: Order = {},
  context: PlanContext = ANYBODY,
): readonly ServicePlan[] {
  const behind = [...rollouts.map(planned), ...untouchedPods(live, rollouts, context)];
  const isRemoved = ({ metadata }: V1Service) => context.removes({ kind: "Service", ...(metadata && { metadata }) });
  const isWanted = (service: V1Service) => wanted.some((one) => nameOf(one) === nameOf(service));
  return [...wanted, ...live.services.filter((service) => !isWanted(service))].flatMap((service) => {
    const running = live.services.find((one) => nameOf(one) === nameOf(service));
    const before = running && selectorOf(running);
    const after = isWanted(service) || !isRemoved(service) ? selectorOf(service) : undefined;
    return before || after ? planService(nameOf(service), [before, after], behind, order) : [];
  });
}

const planned = (plan: RolloutPlan): Behind => ({ ...plan, workload: workloadName(plan), plan });

function selectorOf({ spec }: V1Service): Selector {
  const selector = spec?.selector ?? {};
  return Object.keys(selector).length > 0 ? selector : undefined;
}

/** Pods that no plan is about, such as those of a DaemonSet or of a Deployment that nobody changes, by workload: they stay as they are. */
function untouchedPods(live: Live, rollouts: readonly RolloutPlan[], { releaseOf }: PlanContext): Behind[] {
  const others = podsBeside(rollouts, live).filter(isActive);
  return [...Map.groupBy(others, (pod) => workloadOf(pod, live))].map(([workload, pods]) => {
    return {
      workload,
      minReady: readyPods(pods),
      maxPods: pods.length,
      revisions: revisionsOf(pods, readyPods, releaseOf),
    };
  });
}

/** The workload that a pod belongs to, by its kind and name: that of a Deployment's pod is the Deployment. */
function workloadOf(pod: V1Pod, { replicaSets }: Live): string {
  const [owner] = pod.metadata?.ownerReferences ?? [];
  if (!owner) return `Pod/${nameOf(pod)}`;
  const set = owner.kind === "ReplicaSet" ? replicaSets.find((one) => nameOf(one) === owner.name) : undefined;
  const { kind, name } = set?.metadata?.ownerReferences?.[0] ?? owner;
  return `${kind}/${name}`;
}

type Selectors = readonly [before: Selector, after: Selector];

function planService(name: string, selectors: Selectors, all: readonly Behind[], order: Order): ServicePlan {
  const [before, after] = selectors;
  const behind = all.filter(({ revisions }) => revisions.some((one) => selectors.some((it) => selects(it, one))));
  const involved = behind.filter(({ revisions }) => selectors.some((selector) => findsPods(selector, revisions)));
  // A workload that is not changed is not waited for.
  const waitsFor = order.waits ? all.find(({ plan }) => plan?.stops && isChanged(plan))?.workload : undefined;
  const around = order.waits ? order.around?.[name] : undefined;
  const legs = legsOf(selectors, { waits: order.waits === true, around, halted: waitsFor });
  const end = legs.at(-1)?.selectors.at(-1);
  const minReady = Math.min(...legs.map((leg) => leastReady(leg, behind, around)));
  const change = changeOf(selectors, involved);
  const whole = isWhole(selectors, involved);
  const served = {
    before: behind.flatMap((one) => servedBy(one, before, "before")),
    after: behind.flatMap((one) => servedBy(one, end, waitsFor && isRemoved(one) ? "before" : "after")),
  };
  const now = sum(served.before, ({ pods }) => pods);
  const then = sum(served.after, ({ pods }) => pods);
  const stays = whole || (minReady === now && then === now);
  return {
    name,
    change,
    ...served,
    minReady,
    maxReady: Math.max(
      ...legs.flatMap((leg) => leg.selectors).map((selector) => sum(behind, (one) => mostReady(one, selector))),
    ),
    ...outageOf({ now, then, minReady, involved: change === "keep" && whole ? involved : [] }),
    ...(after && !involved.some(({ revisions }) => findsPods(after, revisions)) && { selectsNone: true }),
    workloads: behind.map(({ workload }) => workload),
    alone:
      involved.length === 1 && whole && involved[0]?.plan !== undefined && change !== "move" && after !== undefined,
    idle:
      change === "keep" && (involved.length === 0 || (stays && !behind.some(({ plan }) => plan && isChanged(plan)))),
    ...(around && {
      movesAfter: all
        .filter((one) => around.first.includes(one.workload) && isChanging(one))
        .map(({ workload }) => workload),
    }),
    ...(waitsFor !== undefined && { waitsFor }),
  };
}

const findsPods = (selector: Selector, revisions: readonly Revision[]): boolean =>
  revisions.some((revision) => hasPods(revision) && selects(selector, revision));

const isChanged = ({ change }: RolloutPlan): boolean => change !== "none";

const isRemoved = ({ plan }: Behind): boolean => plan?.change === "remove";

/**
 * A part of the change: the selectors that may be in force, and how far workloads are: those that the Service waits for, those that
 * wait for it, other wanted ones, and those that are not wanted.
 */
type Leg = { readonly selectors: readonly Selector[] } & Readonly<
  Record<"first" | "later" | "other" | "unwanted", Progress>
>;

/**
 * The parts of a change, one after the other. Without an order, all may happen at once, and then it is complete. If who applies it
 * waits, workloads that are not wanted stay until the others are complete. A Service with an order of its own moves when the
 * workloads before it are complete, and those after it stay until then. If a workload comes to a halt, what waits for it never
 * happens.
 *
 * Example: green gets v2, the Service moves from blue to green, and blue gets v2 as well. Green changes while the selector is
 * blue's, then the selector moves while both stay as they are, then blue changes while the selector is green's.
 */
function legsOf(
  [before, after]: Selectors,
  { waits, around, halted }: { waits: boolean; around: Around | undefined; halted: string | undefined },
): readonly Leg[] {
  const unwanted: Progress = waits ? "before" : "meanwhile";
  const complete: Leg = { selectors: [after], first: "after", later: "after", other: "after", unwanted: "meanwhile" };
  const end = halted === undefined ? [complete] : [];
  const first: Leg = {
    selectors: [before, after],
    first: "meanwhile",
    later: "meanwhile",
    other: "meanwhile",
    unwanted,
  };
  if (!around) return [first, ...end];
  const waiting: Leg = { ...first, selectors: [before], later: "before" };
  if (halted !== undefined && around.first.includes(halted)) return [waiting];
  const moving: Leg = { ...waiting, selectors: [before, after], first: "after" };
  return [waiting, moving, { ...moving, selectors: [after], later: "meanwhile" }, ...end];
}

function leastReady(leg: Leg, behind: readonly Behind[], around: Around | undefined): number {
  const progress = (one: Behind): Progress => {
    if (isRemoved(one)) return leg.unwanted;
    if (!isChanging(one)) return "meanwhile";
    if (around?.first.includes(one.workload)) return leg.first;
    return around?.later.includes(one.workload) ? leg.later : leg.other;
  };
  return Math.min(...leg.selectors.map((selector) => sum(behind, (one) => readyOf[progress(one)](one, selector))));
}

const isChanging = ({ plan }: Behind): boolean => plan !== undefined && isChanged(plan);

function changeOf([before, after]: Selectors, involved: readonly Behind[]): ServicePlan["change"] {
  if (before === undefined) return "create";
  if (after === undefined) return "remove";
  const revisions = involved.flatMap((one) => one.revisions).filter(hasPods);
  return revisions.every((one) => selects(before, one) === selects(after, one)) ? "keep" : "move";
}

/** Whether the Service, where it exists, selects all pods of each workload of which it selects any. */
const isWhole = (selectors: Selectors, involved: readonly Behind[]): boolean =>
  involved
    .flatMap(({ revisions }) => revisions)
    .filter(hasPods)
    .every((one) => selectors.every((selector) => selector === undefined || selects(selector, one)));

/**
 * Whether users meet an outage. `involved` are the workloads behind the Service if it selects all their pods all the time. Then
 * nobody serves only while none of them does, so the shortest time of any bounds the outage.
 */
function outageOf({
  now,
  then,
  minReady,
  involved,
}: {
  readonly now: number;
  readonly then: number;
  readonly minReady: number;
  readonly involved: readonly Behind[];
}): Pick<ServicePlan, "outage" | "outageMs"> {
  if (now === 0 || minReady > 0) return { outage: "no" };
  if (then === 0) return { outage: "certain", outageMs: { least: NEVER_MS, most: NEVER_MS } };
  const [only] = involved;
  if (involved.length === 1 && only?.plan?.outageMs) return { outage: "certain", outageMs: only.plan.outageMs };
  const longest = involved.flatMap(({ plan }) => plan?.outageMs?.most ?? plan?.possibleOutage?.mostMs ?? []);
  const most = Math.min(...longest);
  return { outage: "possible", ...(most < NEVER_MS && { outageMs: { least: 0, most } }) };
}

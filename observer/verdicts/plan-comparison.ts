import { type Course, countsOf, type PodCourse, type StepSpan } from "../course/course.ts";
import { lowest } from "../course/levels.ts";
import { presentAt } from "../course/queries.ts";
import { isWithin, totalMs, within } from "../course/span.ts";
import type { PlannedRollout, Recording } from "../events.ts";
import { duration, list } from "../words.ts";
import { excessOf } from "./excess-pods.ts";
import type { PlanComparison } from "./verdict.ts";

type Row = PlanComparison["rows"][number];

/** How far a rollout may miss the range that was planned for it: a share of the bound, and a while at least. */
const TOLERATED_SHARE = 0.2;
const TOLERATED_MS = 2000;

/** Holds every plan of a recording against what happened to that workload's pods in the step; `course` is the recording's own. */
export function comparePlans(recording: Recording, course: Course): PlanComparison[] {
  const { minReadySeconds } = recording.header.settings;
  const availableMs = typeof minReadySeconds === "number" ? minReadySeconds * 1000 : 0;
  return recording.events.flatMap((event) => {
    if (event.type !== "plan") return [];
    const span = course.steps.find(({ step }) => step === event.step);
    if (!span) return [];
    const names = event.plans.map(({ workload }) => bare(workload));
    return event.plans.map((plan) => ({
      step: event.step,
      workload: plan.workload,
      rows: rowsOf(plan, podsOfWorkload(course.pods, bare(plan.workload), names), { course, span, availableMs }),
    }));
  });
}

/** A plan calls a workload with its kind: `Deployment/online-inference`. */
const bare = (workload: string): string => workload.slice(workload.lastIndexOf("/") + 1);

/** Pods whose name or owner begins with the workload's; where one workload's name begins with another's, the longer one has them. */
function podsOfWorkload(pods: readonly PodCourse[], workload: string, all: readonly string[]): PodCourse[] {
  const isOf = (pod: PodCourse, name: string) =>
    [pod.name, pod.owner ?? ""].some((one) => one === name || one.startsWith(`${name}-`));
  const longest = (pod: PodCourse) => all.filter((name) => isOf(pod, name)).toSorted((a, b) => b.length - a.length)[0];
  return pods.filter((pod) => longest(pod) === workload);
}

function rowsOf(
  plan: PlannedRollout,
  pods: readonly PodCourse[],
  { course, span, availableMs }: { course: Course; span: StepSpan; availableMs: number },
): Row[] {
  // A rollout that fails is over when Pulumi gives it up.
  const operationMs = span.operationUntilMs - span.fromMs;
  const counts = countsOf(pods, course.endMs);
  const ready = within(counts.ready, span);
  const { lasting, most } = excessOf(within(counts.present, span), plan.maxPods);
  const fewest = lowest(ready)?.value ?? 0;
  const firstReadyMs = ready.find(({ value }) => value > 0)?.fromMs ?? Number.POSITIVE_INFINITY;
  const outages = ready.filter(({ value, fromMs }) => value === 0 && fromMs >= firstReadyMs);
  const outageMs = totalMs(outages);
  const before = presentAt(course, span.fromMs).filter((pod) => pods.includes(pod));
  const after = presentAt(course, span.untilMs).filter((pod) => pods.includes(pod));
  const replaced = before.filter((pod) => !after.includes(pod)).map(({ name }) => name);
  const surviving = before.filter((pod) => after.includes(pod)).map(({ name }) => name);
  return [
    {
      what: "pods at most",
      planned: String(plan.maxPods),
      observed: `${most.pods}${most.moments}`,
      agrees: lasting.length === 0,
    },
    {
      what: "ready at least",
      planned: String(plan.minReady),
      observed: String(fewest),
      agrees: fewest >= plan.minReady,
    },
    {
      what: "outage",
      planned: plan.outage ? "yes" : "no",
      observed: outageMs > 0 ? `yes, ${duration(outageMs)} without a Ready pod` : "no",
      agrees: outageMs > 0 === plan.outage,
    },
    { what: "replaced", ...namesRow(plan.replaced, replaced, plan.surviving) },
    { what: "surviving", ...namesRow(plan.surviving, surviving, plan.replaced) },
    {
      what: "duration",
      ...(span.outcome === "failed"
        ? stoppedRow(plan.durationMs, operationMs)
        : durationRow(plan.durationMs, rolloutMs(pods, span, availableMs))),
    },
  ];
}

/** A plan may leave open which of several pods goes: such a pod is in neither of its lists and may be in either of ours. */
const namesRow = (
  planned: readonly string[],
  observed: readonly string[],
  others: readonly string[],
): Omit<Row, "what"> => ({
  planned: list(planned),
  observed: list(observed),
  agrees: planned.every((name) => observed.includes(name)) && !observed.some((name) => others.includes(name)),
});

const durationRow = ({ least, most }: PlannedRollout["durationMs"], observedMs: number): Omit<Row, "what"> => ({
  planned: `${duration(least)} to ${duration(most)}`,
  observed: duration(observedMs),
  agrees:
    observedMs >= least - Math.max(TOLERATED_MS, least * TOLERATED_SHARE) &&
    observedMs <= most + Math.max(TOLERATED_MS, most * TOLERATED_SHARE),
});

/** A rollout that stops is given up some time after its controller's deadline: the plan knows the deadline alone. */
const stoppedRow = ({ least }: PlannedRollout["durationMs"], observedMs: number): Omit<Row, "what"> => ({
  planned: `given up after ${duration(least)} or later`,
  observed: duration(observedMs),
  agrees: observedMs >= least,
});

/** From the first pod that came or was asked to go until the last was available or asked to go; 0 if none. */
function rolloutMs(pods: readonly PodCourse[], span: StepSpan, availableMs: number): number {
  const isInStep = (atMs: number | undefined): atMs is number => atMs !== undefined && isWithin(atMs, span);
  const leaving = pods.map(({ intervals }) => intervals.find(({ state }) => state === "terminating")?.fromMs);
  const coming = pods.filter((pod) => isInStep(pod.fromMs));
  const starts = [...leaving, ...coming.map((pod) => pod.fromMs)].filter(isInStep);
  const ready = coming.map((pod) => pod.firstReady?.atMs).filter(isInStep);
  const ends = [...leaving.filter(isInStep), ...ready.map((atMs) => atMs + availableMs)];
  if (starts.length === 0) return 0;
  return Math.max(...starts, ...ends) - Math.min(...starts);
}

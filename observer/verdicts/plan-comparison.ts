import { type Course, countsOf, type PodCourse, type PodState, type StepSpan } from "../course/course.ts";
import { lowest } from "../course/levels.ts";
import { intervalAt, presentAt } from "../course/queries.ts";
import { isWithin, totalMs, within } from "../course/span.ts";
import type { PlannedRollout, PlannedService, Recording } from "../events.ts";
import { isGivenUp } from "../settling.ts";
import { count, duration, list } from "../words.ts";
import { excessOf } from "./excess-pods.ts";
import { lastPlans, takenBack } from "./plans-of-steps.ts";
import type { PlanComparison } from "./verdict.ts";

type Row = PlanComparison["rows"][number];

/** A rollout may be shorter or longer than planned by this share of the bound, and by this time at least. */
const TOLERATED_SHARE = 0.2;
const TOLERATED_MS = 2000;

/**
 * Compares each plan of a recording with what happened to the pods of its workload, or to the endpoints of its Service, in the
 * step. `course` is the course of this recording.
 *
 * Example: a plan says at most 4 pods, at least 2 Ready, replaced a and b, none surviving, 20 s to 30 s. Observed were 4 pods,
 * and 5 for 40 ms; fewest Ready 2; a and b are gone; 35 s. All rows agree: an excess of 40 ms counts as a moment (see
 * `excessOf`), and the duration may be up to 36 s (30 s and 20 % of it) and no less than 16 s (20 s less 20 %).
 */
export function comparePlans(recording: Recording, course: Course): PlanComparison[] {
  const { minReadySeconds } = recording.header.settings;
  const availableMs = typeof minReadySeconds === "number" ? minReadySeconds * 1000 : 0;
  return lastPlans(recording).flatMap((event) => {
    const span = course.steps.find(({ step }) => step === event.step);
    if (!span) return [];
    const names = event.plans.map(({ workload }) => bare(workload));
    const services = event.services ?? [];
    return [
      ...event.plans.map((plan): PlanComparison => {
        if (takenBack(recording, event.step, plan)) {
          return { step: event.step, workload: plan.workload, notCompared: "taken back in the same step", rows: [] };
        }
        const pods = podsOfWorkload(course.pods, bare(plan.workload), names);
        const wasEnded = endedItself(recording, span, plan.workload);
        const rows = rowsOf(plan, pods, { course, span, availableMs, wasEnded });
        return { step: event.step, workload: plan.workload, rows: services.length > 0 ? rows.map(ofPods) : rows };
      }),
      // Endpoints are recorded of one Service alone.
      ...(services.length === 1 ? services : []).map((plan) => ({
        step: event.step,
        workload: `Service/${plan.service}`,
        rows: serviceRows(plan, course, span),
      })),
    ];
  });
}

/** Where the plan of a Service says what users meet, a workload's own row says only that none of its pods is Ready. */
const ofPods = (row: Row): Row => (row.what === "outage" ? { ...row, what: "without a Ready pod" } : row);

/**
 * Compares the plan of a Service with its endpoints in the step, from the first one that is ready.
 *
 * Example: a plan says at least 3 ready endpoints and no outage. The endpoints are a and b of v1 in 0..2 s and none in 2..5 s: two
 * are fewer than 3, and 3.0 s without any are an outage, so neither row agrees.
 */
function serviceRows(plan: PlannedService, course: Course, span: StepSpan): Row[] {
  const spans = within(course.endpoints, span);
  const first = spans.findIndex(({ ready }) => ready.length > 0);
  const served = first < 0 ? [] : spans.slice(first);
  const fewest = Math.min(...(served.length > 0 ? served : spans).map(({ ready }) => ready.length));
  const outageMs = totalMs(served.filter(({ ready }) => ready.length === 0));
  return [
    {
      what: "ready at least",
      planned: String(plan.minReady),
      observed: spans.length > 0 ? String(fewest) : "none seen",
      agrees: spans.length > 0 && fewest >= plan.minReady,
    },
    {
      what: "outage",
      planned: { no: "no", possible: "possible", certain: "yes" }[plan.outage],
      observed: outageMs > 0 ? `yes, ${duration(outageMs)} without a ready endpoint` : "no",
      agrees: plan.outage === "possible" || outageMs > 0 === (plan.outage === "certain"),
    },
  ];
}

/** The name of a workload without its kind: a plan says `Deployment/online-inference`. */
const bare = (workload: string): string => workload.slice(workload.lastIndexOf("/") + 1);

/**
 * The pods of a workload: those whose own name or owner's name is the workload's, or begins with it and a hyphen. A pod that
 * fits several workloads belongs to the one with the longest name.
 *
 * Example with the workloads `web` and `web-canary`: `web-7c9d-x2x4z` belongs to `web`, and `web-canary-5f6b-k8k2p` to
 * `web-canary`.
 */
function podsOfWorkload(pods: readonly PodCourse[], workload: string, all: readonly string[]): PodCourse[] {
  const isOf = (pod: PodCourse, name: string) =>
    [pod.name, pod.owner ?? ""].some((one) => one === name || one.startsWith(`${name}-`));
  const longest = (pod: PodCourse) => all.filter((name) => isOf(pod, name)).toSorted((a, b) => b.length - a.length)[0];
  return pods.filter((pod) => longest(pod) === workload);
}

function rowsOf(
  plan: PlannedRollout,
  pods: readonly PodCourse[],
  { course, span, availableMs, wasEnded }: { course: Course; span: StepSpan; availableMs: number; wasEnded: boolean },
): Row[] {
  // A rollout that nobody waited for long enough is only not over.
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
  const wasGivenUp = wasEnded && operationMs >= plan.durationMs.least;
  const waiting = wasGivenUp ? undefined : waitingIn(plan, pods, surviving, span);
  const names = (row: Omit<Row, "what">) =>
    waiting === undefined ? row : { ...row, observed: waiting, agrees: false };
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
      planned: plan.outage ? "yes" : plan.outagePossible ? "possible" : "no",
      observed: outageMs > 0 ? `yes, ${duration(outageMs)} without a Ready pod` : "no",
      agrees: plan.outagePossible === true || outageMs > 0 === plan.outage,
    },
    { what: "replaced", ...names(namesRow(plan.replaced, replaced, plan.surviving)) },
    { what: "surviving", ...names(namesRow(plan.surviving, surviving, plan.replaced)) },
    {
      what: "duration",
      ...(wasEnded && waiting === undefined
        ? stoppedRow(plan.durationMs, operationMs)
        : names(durationRow(plan.durationMs, rolloutMs(pods, span, availableMs)))),
    },
  ];
}

/**
 * Whether a step's rollout was ended as failed, rather than left when the time to watch it was up. Pulumi fails where it gives the
 * rollout up. A watch only looks on: there the rollout has failed where its Deployment says at the end that its deadline passed.
 *
 * Example: a watch with `--timeout 60s` of a rollout that needs 90 s fails after 60 s, and the rollout is not over. With a
 * progress deadline of 30 s the Deployment says `Progressing: ProgressDeadlineExceeded` by then, and it was given up.
 */
function endedItself({ events }: Recording, span: StepSpan, workload: string): boolean {
  if (span.outcome !== "failed") return false;
  if (span.kind !== WATCHED) return true;
  const owner = events.findLast(
    (event) =>
      event.type === "owner" &&
      event.atMs < span.untilMs &&
      [event.name, `${event.kind}/${event.name}`].includes(workload),
  );
  return owner?.type === "owner" && isGivenUp(owner);
}

/** Kind of the steps of `bin/lab watch` in which somebody makes a change. */
const WATCHED = "watched";

/**
 * Says that the rollout is not over when its step ends: pods that the plan replaces are still there, and others are on their way.
 * Undefined where it is over.
 *
 * Example: a, b and c are to be replaced. At the end a is gone, b and c are Ready, and a new pod starts: `not over yet, 2 pods are
 * still to be replaced`. Were the new pod Ready and none terminating, b and c would be surviving pods.
 */
function waitingIn(
  { replaced }: PlannedRollout,
  pods: readonly PodCourse[],
  surviving: readonly string[],
  span: StepSpan,
): string | undefined {
  const remaining = replaced.filter((name) => surviving.includes(name));
  const states = pods.map((pod) => intervalAt(pod, span.untilMs)?.state);
  const isUnderWay = states.some((state) => state !== undefined && ON_THE_WAY.has(state));
  if (remaining.length === 0 || !isUnderWay) return undefined;
  return `not over yet, ${count(remaining.length, "pod is", "pods are")} still to be replaced`;
}

/** States of pods that a rollout waits for. */
const ON_THE_WAY = new Set<PodState>(["pending", "starting", "terminating"]);

/** A plan may leave open which of several pods goes. Such a pod is in neither planned list, and may be in either observed one. */
const namesRow = (
  planned: readonly string[],
  observed: readonly string[],
  others: readonly string[],
): Omit<Row, "what"> => ({
  planned: list(planned.toSorted()),
  observed: list(observed.toSorted()),
  agrees: planned.every((name) => observed.includes(name)) && !observed.some((name) => others.includes(name)),
});

const durationRow = ({ least, most }: PlannedRollout["durationMs"], observedMs: number): Omit<Row, "what"> => ({
  planned: `${duration(least)} to ${duration(most)}`,
  observed: duration(observedMs),
  agrees:
    observedMs >= least - Math.max(TOLERATED_MS, least * TOLERATED_SHARE) &&
    observedMs <= most + Math.max(TOLERATED_MS, most * TOLERATED_SHARE),
});

/** A rollout that fails ends some time after its controller's deadline, and the plan knows only the deadline: no upper bound. */
const stoppedRow = ({ least }: PlannedRollout["durationMs"], observedMs: number): Omit<Row, "what"> => ({
  planned: `given up after ${duration(least)} or later`,
  observed: duration(observedMs),
  agrees: observedMs >= least,
});

/**
 * How long the rollout took, in ms: from the first pod that came or began to terminate, to the last that became available or
 * began to terminate. 0 where no pod came or went. A pod is available `availableMs` after it became Ready.
 *
 * Example: a pod comes at 13 s and is Ready at 17 s, the old pod begins to terminate at 18 s. With an `availableMs` of 0 the
 * rollout takes 5 s, and with 3 s it takes 7 s (13 s to 20 s).
 */
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

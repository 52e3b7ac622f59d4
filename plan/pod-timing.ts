import type { V1Container, V1Probe } from "@kubernetes/client-node";
import { graceMsOf } from "../kubernetes/grace-period.ts";
import { preStopSeconds } from "../kubernetes/pre-stop.ts";
import type { PlanContext, Span, Template } from "./plan-context.ts";

/** How long a template's pods take to start and to stop. */
export type PodTiming = {
  /** From creation to Ready. */
  readonly startMs: Span;
  /** From the request to delete a pod until it is gone. */
  readonly stopMs: Span;
  /** The time between the first and the last pod of a wave to get Ready: at least `leastMs`, and `perPodMs` more for each further pod. */
  readonly spread: { readonly leastMs: number; readonly perPodMs: number };
  /** Why the pods never get ready, if that is known beforehand. */
  readonly neverReady?: string;
};

/** The duration of something that never ends. */
export const NEVER_MS = Number.POSITIVE_INFINITY;

/** Derives the durations from the template's probes, preStop hook and grace period, and from what the context knows. */
export function timingOf(template: Template, context: PlanContext): PodTiming {
  const containers = template.spec?.containers ?? [];
  const { containerStartMs, startApartMs, removalMs } = context.timing;
  const neverReady = whyNeverReady(template, context);
  const startups = containers.map((container) => startOf(container, context));
  const stops = containers.map((container) => preStopMs(container) + context.drainMs(container));
  const graceMs = graceMsOf(template.spec);
  return {
    startMs: {
      least: containerStartMs.least + Math.max(0, ...startups.map(({ least }) => least)),
      most: containerStartMs.most + Math.max(0, ...startups.map(({ most }) => most)),
    },
    stopMs: { least: Math.min(graceMs, Math.max(0, ...stops)), most: graceMs + removalMs },
    spread: { leastMs: Math.max(0, ...containers.map(phaseMs)), perPodMs: startApartMs },
    ...(neverReady && { neverReady }),
  };
}

/** From the container's start to the last probe that it needs. */
function startOf(container: V1Container, { timing, startDelayMs }: PlanContext): Span {
  const probes = [container.startupProbe, container.readinessProbe].filter((probe) => probe !== undefined);
  const delayMs = startDelayMs(container);
  const initialMs = Math.max(0, ...probes.map(({ initialDelaySeconds = 0 }) => initialDelaySeconds * 1000));
  const repeatMs = sum(probes.map((probe) => ((probe.successThreshold ?? 1) - 1) * periodMs(probe)));
  const least = Math.max(delayMs, initialMs) + repeatMs;
  const questionsMs = sum(probes.map((probe) => periodMs(probe) + (probe.timeoutSeconds ?? 1) * 1000));
  const pullMs = container.imagePullPolicy === "Never" ? 0 : timing.pullMs;
  return { least, most: least + questionsMs + pullMs };
}

/** How far apart pods that start together may get Ready: their first probes fall at different instants of the period. */
const phaseMs = ({ startupProbe, readinessProbe }: V1Container): number => {
  const first = startupProbe ?? readinessProbe;
  return first ? periodMs(first) : 0;
};

function whyNeverReady(template: Template, context: PlanContext): string | undefined {
  const known = context.neverReady(template);
  if (known) return known;
  for (const container of template.spec?.containers ?? []) {
    const { startupProbe } = container;
    const delayMs = context.startDelayMs(container);
    if (!startupProbe || delayMs === 0) continue;
    const patienceMs = patienceOf(startupProbe);
    if (delayMs > patienceMs)
      return `it starts after ${delayMs / 1000} s, but its startup probe gives up after ${patienceMs / 1000} s`;
  }
  return undefined;
}

/**
 * How long after a pod got Ready it may count as available: Kubernetes keeps that time in whole seconds, so up to one second sooner
 * than minReadySeconds says.
 */
export const soonestAvailableMs = (minReadyMs: number): number => Math.max(0, minReadyMs - 1000);

const periodMs = ({ periodSeconds = 10 }: V1Probe): number => periodSeconds * 1000;

const preStopMs = (container: V1Container): number => (preStopSeconds(container) ?? 0) * 1000;

/** How long a startup probe lets a container take before the kubelet kills it. */
const patienceOf = (probe: V1Probe): number =>
  (probe.initialDelaySeconds ?? 0) * 1000 + (probe.failureThreshold ?? 3) * periodMs(probe);

/**
 * The longest that a template's pods may take to start before a startup probe gives them up, in ms; undefined where none has one,
 * because nothing gives up a pod then. Example: a failureThreshold of 30 and a period of 10 s are 300 s.
 */
export function startBudgetMs({ spec }: Template): number | undefined {
  const budgets = (spec?.containers ?? []).flatMap(({ startupProbe }) =>
    startupProbe ? [patienceOf(startupProbe)] : [],
  );
  return budgets.length > 0 ? Math.max(...budgets) : undefined;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

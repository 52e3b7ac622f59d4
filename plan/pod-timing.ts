import type { V1Container, V1PodTemplateSpec, V1Probe } from "@kubernetes/client-node";
import { releaseOf } from "../kubernetes/pods.ts";

/** A duration in ms: the shortest possible and the longest expected. */
export type Span = { readonly least: number; readonly most: number };

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

/** How long Pulumi waits by default for a resource that never gets ready. A plan shows this instead of Infinity. */
export const WAITING_MS: Span = { least: 60_000, most: 600_000 };

/** To start a sandbox, a container and a Node.js process. Seen: 1 s on an idle node, 5 s for six pods at once on two busy cores. */
const CONTAINER_START_MS: Span = { least: 500, most: 10_000 };
/** Added where the image may have to be pulled. */
const PULL_MS = 30_000;
/** The kubelet starts one container after the other. Seen: 0.2 s to 0.4 s each on two cores. */
const START_APART_MS = 500;
/** From the end of a pod's last container until the kubelet and the API server have removed the pod. Seen: 1 s to 3 s. */
const REMOVAL_MS = 3_000;
const DEFAULT_GRACE_SECONDS = 30;

/** Derives the durations from the template's probes, delays, preStop hook, grace period, and declared faults. */
export function timingOf(template: V1PodTemplateSpec): PodTiming {
  const containers = template.spec?.containers ?? [];
  const neverReady = whyNeverReady(template, containers);
  const startups = containers.map(startOf);
  const stops = containers.map((container) => preStopMs(container) + variable(container, "DRAIN_MS"));
  const graceMs = (template.spec?.terminationGracePeriodSeconds ?? DEFAULT_GRACE_SECONDS) * 1000;
  return {
    startMs: {
      least: CONTAINER_START_MS.least + Math.max(0, ...startups.map(({ least }) => least)),
      most: CONTAINER_START_MS.most + Math.max(0, ...startups.map(({ most }) => most)),
    },
    stopMs: { least: Math.min(graceMs, Math.max(0, ...stops)), most: graceMs + REMOVAL_MS },
    spread: { leastMs: Math.max(0, ...containers.map(phaseMs)), perPodMs: START_APART_MS },
    ...(neverReady && { neverReady }),
  };
}

/** From the container's start to the last probe that it needs. */
function startOf(container: V1Container): Span {
  const probes = [container.startupProbe, container.readinessProbe].filter((probe) => probe !== undefined);
  const delayMs = variable(container, "FAULT_START_DELAY_MS");
  const initialMs = Math.max(0, ...probes.map(({ initialDelaySeconds = 0 }) => initialDelaySeconds * 1000));
  const repeatMs = sum(probes.map((probe) => ((probe.successThreshold ?? 1) - 1) * periodMs(probe)));
  const least = Math.max(delayMs, initialMs) + repeatMs;
  const questionsMs = sum(probes.map((probe) => periodMs(probe) + (probe.timeoutSeconds ?? 1) * 1000));
  const pullMs = container.imagePullPolicy === "Never" ? 0 : PULL_MS;
  return { least, most: least + questionsMs + pullMs };
}

/** How far apart pods that start together may get Ready: their first probes fall at different instants of the period. */
const phaseMs = ({ startupProbe, readinessProbe }: V1Container): number => {
  const first = startupProbe ?? readinessProbe;
  return first ? periodMs(first) : 0;
};

function whyNeverReady(template: V1PodTemplateSpec, containers: readonly V1Container[]): string | undefined {
  const release = releaseOf(template);
  // The releases that demonstrate a stopped rollout have this ending.
  if (release.endsWith("-broken")) return `release ${release} is made never to get ready`;
  for (const container of containers) {
    const { startupProbe } = container;
    const delayMs = variable(container, "FAULT_START_DELAY_MS");
    if (!startupProbe || delayMs === 0) continue;
    const patienceMs =
      (startupProbe.initialDelaySeconds ?? 0) * 1000 + (startupProbe.failureThreshold ?? 3) * periodMs(startupProbe);
    if (delayMs > patienceMs)
      return `it starts after ${delayMs / 1000} s, but its startup probe gives up after ${patienceMs / 1000} s`;
  }
  return undefined;
}

const periodMs = ({ periodSeconds = 10 }: V1Probe): number => periodSeconds * 1000;

const preStopMs = ({ lifecycle }: V1Container): number => (lifecycle?.preStop?.sleep?.seconds ?? 0) * 1000;

function variable({ env = [] }: V1Container, name: string): number {
  return Number(env.find((entry) => entry.name === name)?.value ?? 0) || 0;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

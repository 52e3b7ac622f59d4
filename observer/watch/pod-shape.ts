import type { PodShape } from "../event-details.ts";

type PreStop = { readonly sleep?: { readonly seconds?: number }; readonly exec?: unknown; readonly httpGet?: unknown };

/** The fields of a pod's spec that say how it starts and ends, as the API server writes them. */
export type TemplateSpec = {
  readonly terminationGracePeriodSeconds?: number;
  readonly containers?: readonly Container[];
};

type Container = {
  readonly image?: string;
  readonly lifecycle?: { readonly preStop?: PreStop };
  readonly startupProbe?: unknown;
  readonly readinessProbe?: unknown;
  readonly livenessProbe?: unknown;
};

const PROBES = ["startup", "readiness", "liveness"] as const;

/**
 * What a recording holds of how a pod starts and ends. Of several containers the longest wait, the probes that all have, and those that
 * any has: beside a sidecar without a probe, an application may have one.
 */
export function podShape({ terminationGracePeriodSeconds, containers = [] }: TemplateSpec = {}): PodShape {
  const waits = containers.flatMap(({ lifecycle }) => lifecycle?.preStop?.sleep?.seconds ?? []);
  const hooks = containers.some(({ lifecycle }) => lifecycle?.preStop?.exec ?? lifecycle?.preStop?.httpGet);
  const has = (probe: (typeof PROBES)[number]) => (container: Container) => container[`${probe}Probe`] !== undefined;
  const probes = PROBES.filter((probe) => containers.every(has(probe)));
  const probesOfAny = PROBES.filter((probe) => containers.some(has(probe)));
  return {
    ...(terminationGracePeriodSeconds === undefined ? {} : { graceSeconds: terminationGracePeriodSeconds }),
    ...(waits.length === 0 ? {} : { preStopSeconds: Math.max(...waits) }),
    ...(hooks ? { preStopHook: true } : {}),
    ...(containers.length === 0 ? {} : { probes, probesOfAny }),
  };
}

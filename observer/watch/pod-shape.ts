import type { PodShape } from "../event-details.ts";

type PreStop = { readonly sleep?: { readonly seconds?: number }; readonly exec?: unknown; readonly httpGet?: unknown };

/** The fields of a pod's spec that say how it starts and ends, as the API server writes them. */
export type TemplateSpec = {
  readonly terminationGracePeriodSeconds?: number;
  readonly containers?: readonly {
    readonly image?: string;
    readonly lifecycle?: { readonly preStop?: PreStop };
    readonly startupProbe?: unknown;
    readonly readinessProbe?: unknown;
    readonly livenessProbe?: unknown;
  }[];
};

const PROBES = ["startup", "readiness", "liveness"] as const;

/** What a recording holds of how a pod starts and ends. Of several containers the longest wait, and the probes that all have. */
export function podShape({ terminationGracePeriodSeconds, containers = [] }: TemplateSpec = {}): PodShape {
  const waits = containers.flatMap(({ lifecycle }) => lifecycle?.preStop?.sleep?.seconds ?? []);
  const hooks = containers.some(({ lifecycle }) => lifecycle?.preStop?.exec ?? lifecycle?.preStop?.httpGet);
  const probes = PROBES.filter((probe) => containers.every((container) => container[`${probe}Probe`] !== undefined));
  return {
    ...(terminationGracePeriodSeconds === undefined ? {} : { graceSeconds: terminationGracePeriodSeconds }),
    ...(waits.length === 0 ? {} : { preStopSeconds: Math.max(...waits) }),
    ...(hooks ? { preStopHook: true } : {}),
    ...(containers.length === 0 ? {} : { probes }),
  };
}

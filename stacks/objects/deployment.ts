import type { V1DeploymentStrategy } from "@kubernetes/client-node";
import Type from "typebox";
import { roomOf } from "../../kubernetes/count-or-percent.ts";
import type { Context, ObjectDeclaration, SettingConflict } from "../experiment.ts";
import type { PodSettings } from "../settings/pod.ts";
import { APP, FORCED, labels, selector } from "./labels.ts";
import { type PodOptions, replicatedTemplate } from "./pod-template.ts";

/** Pulumi only warns when a rollout's deadline passes; this much later it gives up and says why. */
const DEADLINE_MARGIN_SECONDS = 10;
/** The deadline begins anew with every pod that becomes available; a good rollout takes about so long for each further wave. */
const WAVE_SECONDS = 20;

/** How many pods, and when a rollout is over or given up; `replicas` is the default number. */
export const replicaSettings = (replicas: number) =>
  Type.Object({
    replicas: Type.Integer({ minimum: 1, maximum: 50, default: replicas, description: "Pods to serve with" }),
    minReadySeconds: Type.Integer({
      minimum: 0,
      maximum: 300,
      default: 0,
      description: "Time that a new pod must be ready before it counts as available",
    }),
    progressDeadlineSeconds: Type.Integer({
      minimum: 10,
      maximum: 3600,
      default: 50,
      description: "Time without progress after which a rollout counts as failed",
    }),
  });

/** Values of `replicaSettings`. */
export type ReplicaSettings = PodSettings & {
  readonly replicas: number;
  readonly minReadySeconds: number;
  readonly progressDeadlineSeconds: number;
};

const COUNT_OR_PERCENT = "^([0-9]|[1-9][0-9]|100|[0-9]{1,2}%|100%)$";

/** How far a rolling update may go above and below the wanted number, as a count or a percentage. */
export const rollingSettings = (maxSurge: string, maxUnavailable: string) =>
  Type.Object({
    maxSurge: Type.String({
      pattern: COUNT_OR_PERCENT,
      default: maxSurge,
      description: "Pods above the wanted number, as a count or a percentage that is rounded up",
    }),
    maxUnavailable: Type.String({
      pattern: COUNT_OR_PERCENT,
      default: maxUnavailable,
      description: "Pods below the wanted number, as a count or a percentage that is rounded down",
    }),
  });

/** The API server's form: a number, or text that ends in `%`. */
const countOrPercent = (text: string): number | string => (text.endsWith("%") ? text : Number(text));

/** The strategy of a rolling update. */
export const rollingUpdate = (settings: { maxSurge: string; maxUnavailable: string }): V1DeploymentStrategy => ({
  type: "RollingUpdate",
  rollingUpdate: {
    maxSurge: countOrPercent(settings.maxSurge),
    maxUnavailable: countOrPercent(settings.maxUnavailable),
  },
});

/** The API server refuses what cannot move, and a deadline that a good rollout cannot keep. */
export function replicaConflict(
  settings: ReplicaSettings & { readonly maxSurge?: string; readonly maxUnavailable?: string },
): SettingConflict | undefined {
  const { minReadySeconds, progressDeadlineSeconds, maxSurge, maxUnavailable } = settings;
  if (progressDeadlineSeconds <= minReadySeconds) {
    const allowed = `more than minReadySeconds, which is ${minReadySeconds}`;
    return { key: "progressDeadlineSeconds", got: progressDeadlineSeconds, allowed };
  }
  if (maxSurge && maxUnavailable && isZero(maxSurge) && isZero(maxUnavailable)) {
    return { key: "maxUnavailable", got: maxUnavailable, allowed: "more than 0, because maxSurge is 0 as well" };
  }
  return undefined;
}

const isZero = (countOrPercentage: string): boolean => Number.parseInt(countOrPercentage, 10) === 0;

function limitSeconds(settings: ReplicaSettings, strategy: V1DeploymentStrategy, replicas: number): number {
  const { surge, unavailable } = roomOf(strategy.rollingUpdate ?? { maxSurge: replicas }, replicas);
  const furtherWaves = Math.max(0, Math.ceil(replicas / (surge + unavailable)) - 1);
  const waveSeconds = WAVE_SECONDS + settings.minReadySeconds;
  return settings.progressDeadlineSeconds + DEADLINE_MARGIN_SECONDS + furtherWaves * waveSeconds;
}

/** What tells one Deployment from another of the same stack. */
export type DeploymentOptions = PodOptions & {
  /** Pulumi's name, and what is appended to the object's own. */
  readonly name?: string;
  readonly replicas?: number;
  readonly strategy: V1DeploymentStrategy;
};

/** A Deployment of the service; given up with its reason soon after its deadline. */
export function deployment(context: Context<ReplicaSettings>, options: DeploymentOptions): ObjectDeclaration {
  const { settings } = context;
  const replicas = options.replicas ?? settings.replicas;
  const limit = `${limitSeconds(settings, options.strategy, replicas)}s`;
  return {
    name: options.name ?? "deployment",
    manifest: {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: {
        name: options.name ? `${APP}-${options.name}` : APP,
        namespace: context.namespace,
        labels: { ...labels(context), ...options.labels },
        annotations: FORCED,
      },
      spec: {
        replicas,
        // The API server drops a 0.
        ...(settings.minReadySeconds > 0 && { minReadySeconds: settings.minReadySeconds }),
        progressDeadlineSeconds: settings.progressDeadlineSeconds,
        revisionHistoryLimit: 3,
        strategy: options.strategy,
        selector: { matchLabels: { ...selector(context.stack), ...options.labels } },
        template: replicatedTemplate(context, options),
      },
    },
    timeouts: { create: limit, update: limit, delete: "2m" },
  };
}

import type { V1DeploymentStrategy } from "@kubernetes/client-node";
import { roomOf } from "../../kubernetes/count-or-percent.ts";
import type { ReplicaSettings } from "../settings/replicas.ts";
import type { Context, ObjectDeclaration } from "./declaration.ts";
import { APP, FORCED, labels, selector } from "./labels.ts";
import { type PodOptions, replicatedTemplate } from "./pod-template.ts";

/** When a rollout's deadline passes, Pulumi only warns. This much later its own time-out ends the wait, and it says why. */
export const DEADLINE_MARGIN_SECONDS = 10;
/** When a rollout that makes no progress is given up, for people. */
export const givenUp = (progressDeadlineSeconds: number): string =>
  `Kubernetes calls a rollout failed after ${progressDeadlineSeconds} s without progress (progressDeadlineSeconds), and ` +
  `Pulumi gives it up ${DEADLINE_MARGIN_SECONDS} s later`;

/** How long a good rollout takes for each further wave. The progress deadline begins anew with every pod that becomes available. */
const WAVE_SECONDS = 20;
/** The API server's form: a number, or text that ends in `%`. */
const countOrPercent = (text: string): number | string => (text.endsWith("%") ? text : Number(text));

/** The strategy of a rolling update, from the settings' texts. */
export const rollingUpdate = (settings: { maxSurge: string; maxUnavailable: string }): V1DeploymentStrategy => ({
  type: "RollingUpdate",
  rollingUpdate: {
    maxSurge: countOrPercent(settings.maxSurge),
    maxUnavailable: countOrPercent(settings.maxUnavailable),
  },
});

function limitSeconds(settings: ReplicaSettings, strategy: V1DeploymentStrategy, replicas: number): number {
  const { surge, unavailable } = roomOf(strategy.rollingUpdate ?? { maxSurge: replicas }, replicas);
  const furtherWaves = Math.max(0, Math.ceil(replicas / (surge + unavailable)) - 1);
  const waveSeconds = WAVE_SECONDS + settings.minReadySeconds;
  return settings.progressDeadlineSeconds + DEADLINE_MARGIN_SECONDS + furtherWaves * waveSeconds;
}

/** Options of a Deployment; `name` and `labels` tell it from another one of the same stack. */
export type DeploymentOptions = PodOptions & {
  /** The resource's name in Pulumi, and the suffix of the object's name. */
  readonly name?: string;
  readonly replicas?: number;
  readonly strategy: V1DeploymentStrategy;
};

/** A Deployment of the service. Pulumi gives it up soon after its progress deadline. */
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

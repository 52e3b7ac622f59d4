import type { V1Deployment, V1PodTemplateSpec, V1ReplicaSet, V1StatefulSet } from "@kubernetes/client-node";
import { ANYBODY, type PlanContext } from "../../plan/plan-context.ts";

/** What kwok does with the pods of a template: `broken` ones never get Ready. */
export type PodShape = {
  readonly release: string;
  readonly startMs: number;
  readonly stopMs: number;
  readonly broken: boolean;
};

type Common = { readonly pods: PodShape; readonly replicas: number; readonly minReadySeconds: number };

/** A workload as a case wants it. */
export type Shape =
  | (Common & {
      readonly kind: "Deployment";
      readonly paused: boolean;
      readonly strategy: "Recreate" | { readonly maxSurge: number | string; readonly maxUnavailable: number | string };
    })
  | (Common & { readonly kind: "ReplicaSet" })
  | (Common & {
      readonly kind: "StatefulSet";
      readonly policy: "OrderedReady" | "Parallel";
      readonly partition: number;
      readonly onDelete: boolean;
    });

/** The name of every case's workload; each case has a namespace of its own. */
export const NAME = "web";
export const NODE = "node-0";
/** Short, so that a Recreate that waits for its deadline can be watched to its end. */
export const DEADLINE_SECONDS = 12;

/** Annotations of a pod by which kwok's stages know what to do with it. */
export const ANNOTATIONS = {
  start: "conformance/start",
  stop: "conformance/stop",
  broken: "conformance/broken",
} as const;

const LABELS = { app: NAME };

/** The object of a shape; `step` makes each one differ from the one before, so that every change has a version. */
export function manifestOf(shape: Shape, step: number) {
  const metadata = { name: NAME, labels: LABELS, annotations: { "conformance/step": String(step) } };
  const { replicas, minReadySeconds } = shape;
  const common = { replicas, minReadySeconds, selector: { matchLabels: LABELS }, template: templateOf(shape.pods) };
  const apiVersion = "apps/v1";
  if (shape.kind === "ReplicaSet") {
    return { apiVersion, kind: "ReplicaSet", metadata, spec: common } as const satisfies V1ReplicaSet;
  }
  if (shape.kind === "StatefulSet") {
    const { policy, partition, onDelete } = shape;
    const updateStrategy = onDelete ? { type: "OnDelete" } : { type: "RollingUpdate", rollingUpdate: { partition } };
    const spec = { ...common, serviceName: NAME, podManagementPolicy: policy, updateStrategy };
    return { apiVersion, kind: "StatefulSet", metadata, spec } as const satisfies V1StatefulSet;
  }
  const { strategy, paused } = shape;
  const spec = {
    ...common,
    paused,
    progressDeadlineSeconds: DEADLINE_SECONDS,
    strategy:
      strategy === "Recreate" ? { type: "Recreate" } : { type: "RollingUpdate", rollingUpdate: { ...strategy } },
  };
  return { apiVersion, kind: "Deployment", metadata, spec } as const satisfies V1Deployment;
}

function templateOf({ release, startMs, stopMs, broken }: PodShape): V1PodTemplateSpec {
  return {
    metadata: {
      labels: { ...LABELS, "app.kubernetes.io/version": release },
      annotations: {
        [ANNOTATIONS.start]: `${startMs}ms`,
        [ANNOTATIONS.stop]: `${stopMs}ms`,
        ...(broken && { [ANNOTATIONS.broken]: "true" }),
      },
    },
    spec: {
      nodeName: NODE,
      terminationGracePeriodSeconds: 5,
      containers: [
        {
          name: "pause",
          image: "pause",
          imagePullPolicy: "Never",
          env: [
            { name: "START_MS", value: String(startMs) },
            { name: "STOP_MS", value: String(stopMs) },
          ],
        },
      ],
    },
  };
}

const variable = (env: readonly { readonly name: string; readonly value?: string }[] = [], name: string): number =>
  Number(env.find((entry) => entry.name === name)?.value ?? 0);

/** What is known of these pods beforehand: what kwok was told to do. */
export const CONTEXT: PlanContext = {
  ...ANYBODY,
  timing: { containerStartMs: { least: 0, most: 3_000 }, pullMs: 0, startApartMs: 0, removalMs: 3_000 },
  startDelayMs: ({ env }) => variable(env, "START_MS"),
  drainMs: ({ env }) => variable(env, "STOP_MS"),
  neverReady: ({ metadata }) => (metadata?.annotations?.[ANNOTATIONS.broken] ? "kwok was told so" : undefined),
};

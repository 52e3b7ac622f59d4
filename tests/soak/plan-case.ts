import type { V1Deployment, V1PodTemplateSpec } from "@kubernetes/client-node";
import type { dice } from "../support/random.ts";

/** The properties of one template's pods; a release that ends in `-broken` never gets ready. */
export type Template = { readonly release: string; readonly startSeconds: number; readonly preStopSeconds: number };

/** The properties of a Deployment. */
export type Shape = {
  readonly template: Template;
  readonly replicas: number;
  readonly minReadySeconds: number;
  readonly paused: boolean;
  readonly strategy: "Recreate" | { readonly maxSurge: number | string; readonly maxUnavailable: number | string };
};

/** The name of all objects that a soak of plans makes. */
export const SOAK = { name: "planned", stack: "soak-plans", namespace: "online-inference-soak-plans" } as const;

const MOST_REPLICAS = 7;
/** Short, so that a rollout that waits for its deadline can be watched to its end. */
const DEADLINE_SECONDS = 20;
/** The pods' probes ask the health endpoint of the kubelet on their node, because the pods themselves serve nothing. */
const KUBELET = { host: "127.0.0.1", port: 10_248, path: "/healthz" };

/** The Deployment before the first case. */
export const FIRST: Shape = {
  template: { release: "r0", startSeconds: 0, preStopSeconds: 0 },
  replicas: 3,
  minReadySeconds: 0,
  paused: false,
  strategy: { maxSurge: "25%", maxUnavailable: "25%" },
};

/** A random change of a Deployment: of its number, its template or both, and now and then of its strategy. */
export function changed(
  before: Shape,
  number: number,
  known: readonly Template[],
  draw: ReturnType<typeof dice>,
): Shape {
  const { upTo, oneOf, onceIn } = draw;
  const what = oneOf(["number", "template", "both", "both"]);
  const amount = () => oneOf([0, 1, 2, "25%", "50%", "100%"]);
  const surge = amount();
  const rolling = { maxSurge: surge, maxUnavailable: isZero(surge) ? oneOf([1, 2, "10%", "50%"]) : amount() };
  return {
    template: what === "number" ? before.template : nextTemplate(number, known, draw),
    replicas: what === "template" ? before.replicas : upTo(MOST_REPLICAS),
    minReadySeconds: onceIn(4) ? upTo(2) : before.minReadySeconds,
    paused: onceIn(8) ? !before.paused : before.paused && !onceIn(2),
    strategy: onceIn(3) ? oneOf<Shape["strategy"]>(["Recreate", rolling, rolling, rolling]) : before.strategy,
  };
}

const isZero = (amount: number | string): boolean => Number.parseInt(String(amount), 10) === 0;

function nextTemplate(number: number, known: readonly Template[], draw: ReturnType<typeof dice>): Template {
  const { upTo, onceIn } = draw;
  const earlier = known.at(-1 - upTo(2));
  if (earlier && onceIn(5)) return earlier;
  const release = onceIn(8) ? `r${number}-broken` : `r${number}`;
  return { release, startSeconds: upTo(2), preStopSeconds: upTo(2) };
}

/** A shape in a few words. */
export function shapeText({ template, replicas, minReadySeconds, paused, strategy }: Shape): string {
  const how =
    strategy === "Recreate" ? "Recreate" : `surge ${strategy.maxSurge}, unavailable ${strategy.maxUnavailable}`;
  const { release, startSeconds, preStopSeconds } = template;
  const pod = `start ${startSeconds} s, preStop ${preStopSeconds} s, minReady ${minReadySeconds} s`;
  return `${replicas} x ${release} (${how}; ${pod}${paused ? "; paused" : ""})`;
}

const labels = { "app.kubernetes.io/instance": SOAK.stack };

/** The Deployment of a shape. Its pods do nothing, and the node has their image already. */
export function manifestOf({ template, replicas, minReadySeconds, paused, strategy }: Shape, image: string) {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: SOAK.name, labels },
    spec: {
      replicas,
      minReadySeconds,
      paused,
      progressDeadlineSeconds: DEADLINE_SECONDS,
      selector: { matchLabels: labels },
      strategy:
        strategy === "Recreate" ? { type: "Recreate" } : { type: "RollingUpdate", rollingUpdate: { ...strategy } },
      template: templateOf(template, image),
    },
  } as const satisfies V1Deployment;
}

function templateOf({ release, startSeconds, preStopSeconds }: Template, image: string): V1PodTemplateSpec {
  const probe = release.endsWith("-broken") ? { tcpSocket: { port: 9 } } : { httpGet: KUBELET };
  return {
    metadata: { labels: { ...labels, "app.kubernetes.io/version": release } },
    spec: {
      automountServiceAccountToken: false,
      terminationGracePeriodSeconds: 5,
      containers: [
        {
          name: "pause",
          image,
          imagePullPolicy: "Never",
          resources: { requests: { cpu: "1m", memory: "4Mi" } },
          readinessProbe: { ...probe, periodSeconds: 1, initialDelaySeconds: startSeconds },
          ...(preStopSeconds > 0 && { lifecycle: { preStop: { sleep: { seconds: preStopSeconds } } } }),
        },
      ],
    },
  };
}

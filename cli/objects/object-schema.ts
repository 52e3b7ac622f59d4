import Type, { type TSchema } from "typebox";
import { Errors } from "typebox/schema";
import { UserError } from "../../common/user-error.ts";
import type { WorkloadManifest } from "../../kubernetes/manifest.ts";

/*
 * What is read of anybody's objects. Fields that nothing here reads may be whatever they are: the API server is who checks them.
 */

const Whole = Type.Integer({ minimum: 0 });
const CountOrPercent = Type.Union([Whole, Type.String({ pattern: "^[0-9]+%$" })], {
  allowed: "a whole number, or a percentage such as 25%",
});
const Quantity = Type.Union(
  [Type.Number(), Type.String({ pattern: "^[+-]?[0-9.]+([eE][+-]?[0-9]+|[numkMGTPE]|[KMGTPE]i)?$" })],
  { allowed: "a quantity such as 250m or 64Mi" },
);
const Texts = Type.Record(Type.String(), Type.String());
const optional = <Schema extends TSchema>(schema: Schema) => Type.Optional(schema);

const Probe = Type.Object({
  initialDelaySeconds: optional(Whole),
  periodSeconds: optional(Whole),
  timeoutSeconds: optional(Whole),
  failureThreshold: optional(Whole),
  successThreshold: optional(Whole),
});

const Selector = Type.Object({
  matchLabels: optional(Texts),
  matchExpressions: optional(
    Type.Array(
      Type.Object({ key: Type.String(), operator: Type.String(), values: optional(Type.Array(Type.String())) }),
    ),
  ),
});

const Container = Type.Object({
  name: Type.String({ minLength: 1 }),
  image: optional(Type.String()),
  resources: optional(
    Type.Object({
      requests: optional(Type.Record(Type.String(), Quantity)),
      limits: optional(Type.Record(Type.String(), Quantity)),
    }),
  ),
  ports: optional(Type.Array(Type.Object({ containerPort: Whole }))),
  env: optional(Type.Array(Type.Object({ name: Type.String(), value: optional(Type.String()) }))),
  envFrom: optional(Type.Array(Type.Object({}))),
  lifecycle: optional(
    Type.Object({
      preStop: optional(
        Type.Object({
          sleep: optional(Type.Object({ seconds: Whole })),
          exec: optional(Type.Object({ command: optional(Type.Array(Type.String())) })),
        }),
      ),
    }),
  ),
  securityContext: optional(
    Type.Object({
      capabilities: optional(
        Type.Object({ add: optional(Type.Array(Type.String())), drop: optional(Type.Array(Type.String())) }),
      ),
    }),
  ),
  startupProbe: optional(Probe),
  readinessProbe: optional(Probe),
  livenessProbe: optional(Probe),
});

const PodSpec = Type.Object({
  containers: Type.Array(Container, { minItems: 1 }),
  initContainers: optional(Type.Array(Container)),
  volumes: optional(Type.Array(Type.Object({ name: Type.String() }))),
  topologySpreadConstraints: optional(Type.Array(Type.Object({ labelSelector: optional(Selector) }))),
  securityContext: optional(Type.Object({})),
  terminationGracePeriodSeconds: optional(Whole),
});

const Metadata = Type.Object({
  name: Type.String({ minLength: 1 }),
  namespace: optional(Type.String({ minLength: 1 })),
  labels: optional(Texts),
  annotations: optional(Texts),
});

const Template = Type.Object({ metadata: optional(Type.Object({ labels: optional(Texts) })), spec: PodSpec });

const replicated = {
  replicas: optional(Whole),
  minReadySeconds: optional(Whole),
  selector: optional(Selector),
  template: Template,
};

const Deployment = Type.Object({
  spec: Type.Object({
    ...replicated,
    paused: optional(Type.Boolean()),
    progressDeadlineSeconds: optional(Whole),
    strategy: optional(
      Type.Object({
        type: optional(Type.Enum(["RollingUpdate", "Recreate"])),
        rollingUpdate: optional(
          Type.Object({ maxSurge: optional(CountOrPercent), maxUnavailable: optional(CountOrPercent) }),
        ),
      }),
    ),
  }),
});

/** What every object has, of whatever kind. */
export type AnyObject = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
};

const ObjectSchema = Type.Object({
  apiVersion: Type.String({ minLength: 1 }),
  kind: Type.String({ minLength: 1 }),
  metadata: Metadata,
});

/** Kinds of which more is read than their names, by `apiVersion/kind`. */
const SCHEMAS: Readonly<Record<string, TSchema>> = {
  "apps/v1/Deployment": Deployment,
  "apps/v1/ReplicaSet": Type.Object({ spec: Type.Object(replicated) }),
  "apps/v1/StatefulSet": Type.Object({
    spec: Type.Object({
      ...replicated,
      podManagementPolicy: optional(Type.Enum(["OrderedReady", "Parallel"])),
      ordinals: optional(Type.Object({ start: optional(Whole) })),
      updateStrategy: optional(
        Type.Object({
          type: optional(Type.Enum(["RollingUpdate", "OnDelete"])),
          rollingUpdate: optional(
            Type.Object({ partition: optional(Whole), maxUnavailable: optional(CountOrPercent) }),
          ),
        }),
      ),
    }),
  }),
  "apps/v1/DaemonSet": Type.Object({ spec: Type.Object({ template: Template }) }),
  "batch/v1/Job": Type.Object({ spec: optional(Type.Object({ template: Template })) }),
  "batch/v1/CronJob": Type.Object({
    spec: Type.Object({ jobTemplate: Type.Object({ spec: Type.Object({ template: Template }) }) }),
  }),
  "v1/Pod": Type.Object({ spec: PodSpec }),
  "v1/Service": Type.Object({
    spec: Type.Object({ selector: optional(Texts), ports: optional(Type.Array(Type.Object({ port: Whole }))) }),
  }),
  "v1/ConfigMap": Type.Object({ data: optional(Texts) }),
  "networking.k8s.io/v1/NetworkPolicy": Type.Object({
    spec: optional(
      Type.Object({
        podSelector: optional(Selector),
        policyTypes: optional(Type.Array(Type.String())),
        ingress: optional(Type.Array(Type.Object({ ports: optional(Type.Array(Type.Object({}))) }))),
        egress: optional(Type.Array(Type.Object({}))),
      }),
    ),
  }),
  "v1/ResourceQuota": Type.Object({
    spec: Type.Object({ hard: optional(Type.Record(Type.String(), Quantity)) }),
  }),
  "autoscaling/v2/HorizontalPodAutoscaler": Type.Object({
    spec: Type.Object({
      scaleTargetRef: Type.Object({ kind: Type.String(), name: Type.String() }),
      minReplicas: optional(Whole),
      maxReplicas: Whole,
    }),
  }),
  "policy/v1/PodDisruptionBudget": Type.Object({
    spec: optional(
      Type.Object({
        maxUnavailable: optional(CountOrPercent),
        minAvailable: optional(CountOrPercent),
        selector: optional(Selector),
      }),
    ),
  }),
};

/** `apps/v1/Deployment`. */
export const kindOf = ({ apiVersion, kind }: Pick<AnyObject, "apiVersion" | "kind">): string => `${apiVersion}/${kind}`;

/**
 * Checks the fields of an object that are read here.
 * @throws {UserError} that names the first wrong one; `where` says where the object stands.
 */
export function requireObject(value: unknown, where: string): asserts value is AnyObject {
  requireSchema(ObjectSchema, value, where);
  const object = value as AnyObject;
  const schema = SCHEMAS[kindOf(object)];
  if (schema) requireSchema(schema, value, `${where}: ${object.kind}/${object.metadata.name}`);
}

/** Kinds of workload whose pods are planned. */
const PLANNED = ["apps/v1/Deployment", "apps/v1/ReplicaSet", "apps/v1/StatefulSet", "v1/Pod"];

/** Whether an object, which was checked, is a workload whose pods are planned. */
export const isPlanned = (object: AnyObject): object is AnyObject & WorkloadManifest =>
  PLANNED.includes(kindOf(object));

function requireSchema(schema: TSchema, value: unknown, where: string): void {
  const [, [fault]] = Errors(schema, value);
  if (!fault) return;
  const missing = fault.keyword === "required" ? `/${fault.params.requiredProperties[0]}` : "";
  const path = `${fault.instancePath}${missing}`;
  const at = path
    .split("/")
    .filter(Boolean)
    .map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"));
  const [got, allowed] = [valueAt(value, at), allowedAt(schema, at)];
  const isMisread = allowed === TEXT && ["boolean", "number"].includes(typeof got);
  throw new UserError(
    `${where}: ${fieldPath(at) || "the object"}: got ${shown(got)}, allowed: ${allowed}. ` +
      (isMisread
        ? "Put the value in quotes: without them kubectl takes yes, no, on, off and numbers for no text. "
        : "") +
      `Mend the object; it is none that the API server would take.`,
  );
}

/** `spec.template.spec.containers[0].name`. */
const fieldPath = (at: readonly string[]): string =>
  at.reduce((path, key) => (/^\d+$/.test(key) ? `${path}[${key}]` : path ? `${path}.${key}` : key), "");

const valueAt = (value: unknown, at: readonly string[]): unknown =>
  at.reduce<unknown>((inner, key) => (inner as Readonly<Record<string, unknown>> | undefined)?.[key], value);

const shown = (value: unknown): string => (value === undefined ? "nothing" : JSON.stringify(value).slice(0, 60));

const TEXT = "text";

/** What the schema allows at a path, in words. */
function allowedAt(schema: TSchema, at: readonly string[]): string {
  let inner: Inner | undefined = schema as Inner;
  for (const key of at) {
    inner = inner?.properties?.[key] ?? inner?.items ?? Object.values(inner?.patternProperties ?? {})[0];
  }
  const { allowed, type, minimum, enum: options, minItems } = inner ?? {};
  if (allowed) return allowed;
  if (options) return options.join(", ");
  if (type === "integer") return minimum === undefined ? "a whole number" : `a whole number of at least ${minimum}`;
  if (type === "array") return minItems ? "a list that is not empty" : "a list";
  if (type === "object") return "fields";
  if (type === "boolean") return "true, false";
  return TEXT;
}

type Inner = {
  readonly type?: string;
  readonly allowed?: string;
  readonly minimum?: number;
  readonly minItems?: number;
  readonly enum?: readonly string[];
  readonly properties?: Readonly<Record<string, Inner>>;
  readonly patternProperties?: Readonly<Record<string, Inner>>;
  readonly items?: Inner;
};

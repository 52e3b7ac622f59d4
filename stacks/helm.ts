import { createHash } from "node:crypto";
import Type, { type Static } from "typebox";
import type { WorkloadManifest } from "../kubernetes/manifest.ts";
import { defineExperiment } from "./experiment.ts";
import type { ChartDeclaration, Context } from "./objects/declaration.ts";
import { deployment, rollingUpdate } from "./objects/deployment.ts";
import { APP, selector } from "./objects/labels.ts";
import { containerResources } from "./objects/pod-template.ts";
import { podSettings, podSettingsConflict } from "./settings/pod.ts";
import { replicaConflict, replicaSettings, rollingSettings } from "./settings/replicas.ts";

const settings = Type.Object({
  ...podSettings.properties,
  ...replicaSettings(3).properties,
  ...rollingSettings("1", "0").properties,
  logLevel: Type.Enum(["fatal", "error", "warn", "info", "debug", "trace"], {
    default: "info",
    description: "From which level on the service writes log lines",
  }),
  maxRows: Type.Integer({ minimum: 1, maximum: 1200, default: 1000, description: "Rows in one request" }),
});
type HelmContext = Context<Static<typeof settings>>;

/** The chart in charts/, installed by Pulumi as `helm upgrade --install` would. */
export const helm = defineExperiment({
  title: "A Helm chart",
  question: "Does a change of configuration alone roll the pods, and does any client notice?",
  nodePort: 30_056,
  settings,
  conflict: (chosen) => podSettingsConflict(chosen) ?? replicaConflict(chosen),
  resources: (context) => [chart(context)],
  steps: () => [
    { id: "deploy", kind: "up", title: "Install with release v1", config: { release: "v1", maxRows: "1000" } },
    { id: "again", kind: "no-op", title: "Deploy the same again" },
    { id: "configure", kind: "up", title: "Change the ConfigMap", config: { maxRows: "500" }, observeMs: 5_000 },
    { id: "change", kind: "up", title: "Upgrade to release v2", config: { release: "v2" }, observeMs: 5_000 },
  ],
  hypotheses: ({ replicas }) => [
    { id: "no-op", claim: "Deploying the same again changes nothing.", kind: "nothing-changes", step: "again" },
    {
      id: "rolls",
      claim: "A change of the ConfigMap replaces all pods.",
      kind: "config-rolls-pods",
      step: "configure",
    },
    { id: "unnoticed", claim: "No request fails meanwhile, …", kind: "no-failed-requests", step: "configure" },
    {
      id: "no-failures",
      claim: "… nor in the upgrade to another release.",
      kind: "no-failed-requests",
      step: "change",
    },
    {
      id: "never-fewer",
      claim: "Never fewer than the wanted number of pods are Ready.",
      kind: "ready-at-least",
      step: "change",
      pods: replicas,
    },
  ],
});

function chart(context: HelmContext): ChartDeclaration {
  const { settings, release, pull } = context;
  const [repository, tag] = splitReference(context.image(release));
  return {
    name: "release",
    chart: {
      path: "./charts",
      // The chart makes its selectors of the Helm release's name. All stacks make theirs of the stack's name.
      release: context.stack,
      namespace: context.namespace,
      values: {
        release,
        image: { repository, tag, pullPolicy: pull.policy },
        ...(pull.policy === "Always" && pull.secret && { imagePullSecrets: [{ name: pull.secret }] }),
        fullnameOverride: APP,
        replicas: settings.replicas,
        minReadySeconds: settings.minReadySeconds,
        progressDeadlineSeconds: settings.progressDeadlineSeconds,
        strategy: { ...rollingUpdate(settings).rollingUpdate },
        service: { type: "NodePort", nodePort: context.nodePort },
        resources: containerResources(settings),
        preStopSeconds: settings.preStopSeconds,
        config: {
          LOG_LEVEL: settings.logLevel,
          MAX_ROWS: settings.maxRows,
          DRAIN_MS: settings.drainSeconds * 1000,
          ...(settings.host !== "auto" && { HOST: settings.host }),
        },
      },
    },
    workloads: [rendered(context)],
    services: [{ metadata: { name: APP }, spec: { selector: { ...selector(context.stack) } } }],
    timeoutSeconds: settings.progressDeadlineSeconds + HELM_MARGIN_SECONDS,
  };
}

/** Helm's time-out says no reason, so it comes this much later than the Deployment's own deadline, which does. */
const HELM_MARGIN_SECONDS = 10;

/** The Deployment that the chart makes of these values, with the fields that the planner reads. */
function rendered(context: HelmContext): WorkloadManifest {
  const { manifest } = deployment(context, { strategy: rollingUpdate(context.settings) });
  if (manifest.kind !== "Deployment" || !manifest.spec) throw new Error("a Deployment is expected");
  const { template, ...spec } = manifest.spec;
  const [container] = template.spec?.containers ?? [];
  if (!container) throw new Error("a container is expected");
  const { metadata } = template;
  const env = (container.env ?? []).filter(({ valueFrom }) => valueFrom);
  const containers = [{ ...container, env, envFrom: [{ configMapRef: { name: APP } }] }];
  return {
    ...manifest,
    spec: {
      ...spec,
      template: {
        metadata: {
          labels: { ...metadata?.labels, "app.kubernetes.io/managed-by": "Helm" },
          annotations: { "checksum/config": configChecksum(context), ...metadata?.annotations },
        },
        // The chart always names the account: the API server keeps a copy of the name that a later manifest could not take away.
        spec: { ...template.spec, serviceAccountName: "default", containers },
      },
    },
  };
}

/** The checksum that the chart's pod template carries: SHA-256 of the ConfigMap's data, as Helm's toYaml writes it. */
function configChecksum({ settings }: HelmContext): string {
  const data = {
    DRAIN_MS: `"${settings.drainSeconds * 1000}"`,
    // YAML quotes a text that ends in a colon.
    ...(settings.host !== "auto" && { HOST: settings.host === "::" ? "'::'" : settings.host }),
    LOG_LEVEL: settings.logLevel,
    MAX_ROWS: `"${settings.maxRows}"`,
    MAX_WAITING_BYTES: '"8388608"',
    REQUEST_TIMEOUT_MS: '"10000"',
  };
  const yaml = Object.entries(data).map(([name, value]) => `${name}: ${value}`);
  return createHash("sha256").update(yaml.join("\n")).digest("hex");
}

/** Splits `host:5000/name:tag` into `host:5000/name` and `tag`. */
function splitReference(image: string): [string, string] {
  const colon = image.lastIndexOf(":");
  return [image.slice(0, colon), image.slice(colon + 1)];
}

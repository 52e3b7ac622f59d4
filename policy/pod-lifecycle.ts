import type { V1Container } from "@kubernetes/client-node";
import { graceMsOf } from "../kubernetes/grace-period.ts";
import { type Manifest, mayShareNamespace } from "../kubernetes/manifest.ts";
import { readConfig } from "../service/src/config.ts";
import { podRule, podsOf, servingContainersOf } from "./pods.ts";
import { type Rule, setRule } from "./rule.ts";

// The variables that decide how long the server takes to stop.
const STOPPING = ["DRAIN_MS", "REQUEST_TIMEOUT_MS"] as const;

/** How serving pods start and stop. */
export const podLifecycle: readonly Rule[] = [
  podRule(
    { name: "probes", audience: "ours" },
    "The kubelet asks serving containers whether they have started, are ready, are alive.",
    function* (pods) {
      for (const { container, path } of servingContainersOf(pods)) {
        for (const probe of ["startupProbe", "readinessProbe", "livenessProbe"] as const) {
          if (!container[probe]) yield { path: `${path}.${probe}`, message: "must be given" };
        }
        const [ready, alive] = [container.readinessProbe?.httpGet?.path, container.livenessProbe?.httpGet?.path];
        if (ready && ready === alive) {
          const message = `must not be readiness's own ${ready}: who should get no requests would be restarted`;
          yield { path: `${path}.livenessProbe.httpGet.path`, message };
        }
      }
    },
  ),

  setRule(
    { name: "graceful-stop", audience: "ours" },
    "Serving containers wait before SIGTERM, and the grace period outlasts wait, draining and longest request.",
    function* (manifest, all) {
      const pods = podsOf(manifest);
      if (!pods) return;
      const graceMs = graceMsOf(pods.spec);
      for (const serving of servingContainersOf(pods)) {
        const waitMs = (serving.container.lifecycle?.preStop?.sleep?.seconds ?? 0) * 1000;
        if (waitMs === 0) {
          const message = "must be given: without it requests still arrive when the server stops";
          yield { path: `${serving.path}.lifecycle.preStop.sleep`, message };
        }
        const stopMs = stopMsOf(serving.container, configOf(serving.container, manifest, all));
        if (typeof stopMs === "string") {
          yield { path: `${serving.path}.env`, message: stopMs };
        } else if (graceMs <= waitMs + stopMs) {
          const neededSeconds = (waitMs + stopMs) / 1000;
          const message = `must exceed wait, draining and longest request, ${neededSeconds} s, is ${graceMs / 1000}`;
          yield { path: `${pods.path}.terminationGracePeriodSeconds`, message };
        }
      }
    },
  ),
];

/** The most time in ms from SIGTERM to the server's last answer; or as text, what is wrong with its variables. */
function stopMsOf(container: V1Container, shared: Readonly<Record<string, string>>): number | string {
  const own = Object.fromEntries((container.env ?? []).map(({ name, value }) => [name, value]));
  try {
    const config = readConfig(Object.fromEntries(STOPPING.map((name) => [name, own[name] ?? shared[name]])));
    return config.drainMs + config.requestTimeoutMs;
  } catch (error) {
    return (error as Error).message;
  }
}

/** The variables that a container takes from ConfigMaps among the manifests. */
function configOf(container: V1Container, manifest: Manifest, all: readonly Manifest[]): Record<string, string> {
  const names = (container.envFrom ?? []).map(({ configMapRef }) => configMapRef?.name);
  const configs = all.filter(
    (other) => other.kind === "ConfigMap" && mayShareNamespace(other, manifest) && names.includes(other.metadata.name),
  );
  return Object.assign({}, ...configs.map((config) => (config.kind === "ConfigMap" ? config.data : {})));
}

import { containerRule, podRule } from "./pods.ts";
import type { Rule } from "./rule.ts";

// Kinds of volume that the restricted standard allows.
const VOLUMES = new Set([
  "configMap",
  "csi",
  "downwardAPI",
  "emptyDir",
  "ephemeral",
  "persistentVolumeClaim",
  "projected",
  "secret",
]);

/** The restricted Pod Security Standard; beyond it, a read-only root file system and no service account token. */
export const podSecurity: readonly Rule[] = [
  containerRule(
    { name: "non-root", audience: "anybody", level: "warning" },
    "Containers run as another user than root.",
    function* (container, path, { spec }) {
      const settled = { ...spec.securityContext, ...container.securityContext };
      if (settled.runAsNonRoot !== true) {
        yield { path: `${path}.securityContext.runAsNonRoot`, message: `must be true, is ${settled.runAsNonRoot}` };
      }
      if (settled.runAsUser === 0) yield { path: `${path}.securityContext.runAsUser`, message: "must not be 0" };
    },
  ),

  containerRule(
    { name: "seccomp", audience: "anybody", level: "warning" },
    "System calls are filtered.",
    function* (container, path, { spec }) {
      const type = (container.securityContext?.seccompProfile ?? spec.securityContext?.seccompProfile)?.type;
      if (type === "RuntimeDefault" || type === "Localhost") return;
      const message = `must be RuntimeDefault or Localhost, is ${type}`;
      yield { path: `${path}.securityContext.seccompProfile.type`, message };
    },
  ),

  containerRule(
    { name: "no-privileges", audience: "anybody", level: "warning" },
    "No process gains privileges.",
    function* ({ securityContext }, path) {
      const escalation = securityContext?.allowPrivilegeEscalation;
      if (escalation !== false) {
        const message = `must be false, is ${escalation}`;
        yield { path: `${path}.securityContext.allowPrivilegeEscalation`, message };
      }
      if (securityContext?.privileged)
        yield { path: `${path}.securityContext.privileged`, message: "must not be true" };
    },
  ),

  containerRule(
    { name: "no-capabilities", audience: "anybody", level: "warning" },
    "All capabilities are dropped.",
    function* ({ securityContext }, path) {
      const { drop = [], add = [] } = securityContext?.capabilities ?? {};
      const at = `${path}.securityContext.capabilities`;
      if (!drop.includes("ALL")) yield { path: `${at}.drop`, message: `must have ALL, is [${drop.join(", ")}]` };
      const added = add.filter((capability) => capability !== "NET_BIND_SERVICE");
      if (added.length > 0)
        yield { path: `${at}.add`, message: `may have NET_BIND_SERVICE only, has ${added.join(", ")}` };
    },
  ),

  containerRule(
    { name: "read-only-root", audience: "anybody", level: "warning" },
    "Nothing writes to the image's file system.",
    function* (container, path) {
      const readOnly = container.securityContext?.readOnlyRootFilesystem;
      if (readOnly === true) return;
      yield { path: `${path}.securityContext.readOnlyRootFilesystem`, message: `must be true, is ${readOnly}` };
    },
  ),

  podRule(
    { name: "no-host", audience: "anybody", level: "warning" },
    "Pods share nothing with their node.",
    function* ({ spec, path }) {
      for (const field of ["hostNetwork", "hostPID", "hostIPC"] as const) {
        if (spec[field]) yield { path: `${path}.${field}`, message: "must not be true" };
      }
      for (const [index, { name, ...source }] of (spec.volumes ?? []).entries()) {
        const [kind] = Object.keys(source);
        if (kind && VOLUMES.has(kind)) continue;
        yield { path: `${path}.volumes[${index}]`, message: `must be one of ${[...VOLUMES].join(", ")}, is ${kind}` };
      }
      for (const [index, { ports = [] }] of spec.containers.entries()) {
        if (ports.some(({ hostPort }) => hostPort)) {
          yield { path: `${path}.containers[${index}].ports`, message: "must not name a hostPort" };
        }
      }
    },
  ),

  podRule(
    { name: "no-token", audience: "ours" },
    "Pods get no token for the Kubernetes API, which they do not use.",
    function* ({ spec, path }) {
      const mounted = spec.automountServiceAccountToken;
      if (mounted === false) return;
      yield { path: `${path}.automountServiceAccountToken`, message: `must be false, is ${mounted}` };
    },
  ),
];

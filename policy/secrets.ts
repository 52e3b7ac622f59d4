import { containerRule } from "./pods.ts";
import { objectRule, type Rule } from "./rule.ts";

const SECRET_NAME = /passw(or)?d|secret|token|credential|(api|access|private)_?key/i;
const SECRET_VALUE = /-----BEGIN [A-Z ]*PRIVATE KEY-----|:\/\/[^/\s:@]+:[^/\s@]+@/;
const MESSAGE = "must come from a Secret, by valueFrom.secretKeyRef";

/** Secrets are in Secrets, and nowhere else in a manifest. */
export const secrets: readonly Rule[] = [
  containerRule(
    { name: "no-secret-variables", audience: "anybody", level: "warning" },
    "Variables hold no secret in plain text.",
    function* ({ env = [] }, path) {
      for (const [index, { name, value = "" }] of env.entries()) {
        if (looksSecret(name, value)) yield { path: `${path}.env[${index}].value`, message: `${name} ${MESSAGE}` };
      }
    },
  ),

  objectRule(
    { name: "no-secret-config", audience: "anybody", level: "warning" },
    "ConfigMaps hold no secret.",
    function* (manifest) {
      if (manifest.kind !== "ConfigMap") return;
      for (const [name, value] of Object.entries(manifest.data ?? {})) {
        if (looksSecret(name, value)) yield { path: `data.${name}`, message: MESSAGE };
      }
    },
  ),
];

const looksSecret = (name: string, value: string): boolean =>
  value !== "" && (SECRET_NAME.test(name) || SECRET_VALUE.test(value));

import { describe, expect, test } from "vitest";
import { experiments } from "../../stacks/index.ts";
import { extremeConfigsOf } from "./support/configs.ts";
import { sampleManifests } from "./support/sample.ts";

/*
 * If the API server drops a field or writes a value differently, the object differs from what was sent, and every preview that
 * refreshes shows a difference. `kept-fields.cluster.test.ts` asks a real API server.
 */

/** Fields of which the API server keeps 0 or false. They are pointers in its Go types, and have another default. */
const KEEPS_ZERO =
  /\.(replicas|maxSurge|maxUnavailable|allowPrivilegeEscalation|automountServiceAccountToken|enableServiceLinks)$/;

/** Paths of values that the API server would return in another form, or not at all. */
function alteredFields(value: unknown, path = ""): string[] {
  if (value === undefined) return [];
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value);
    if (entries.length === 0) return [path];
    return entries.flatMap(([key, inner]) => alteredFields(inner, `${path}.${key}`));
  }
  if (/\.resources\.(requests|limits)\./.test(path)) return isCanonical(String(value)) ? [] : [path];
  return value || KEEPS_ZERO.test(path) ? [] : [path];
}

/** Whether a quantity uses the largest suffix without a fraction, as resource.Quantity of Kubernetes' apimachinery writes it. */
function isCanonical(text: string): boolean {
  const [, number = "", suffix = ""] = /^([1-9]\d*)(m|Ki|Mi|Gi)?$/.exec(text) ?? [];
  if (!number) return false;
  return suffix === "" || Number(number) % (suffix === "m" ? 1000 : 1024) !== 0;
}

test("a field that would not come back is named", () => {
  const container = {
    args: [],
    env: [{ name: "A", value: "" }],
    resources: { limits: { cpu: "1000m", memory: "0.5Gi" } },
  };
  expect(alteredFields({ spec: { minReadySeconds: 0, replicas: 0, containers: [container], selector: {} } })).toEqual([
    ".spec.minReadySeconds",
    ".spec.containers.0.args",
    ".spec.containers.0.env.0.value",
    ".spec.containers.0.resources.limits.cpu",
    ".spec.containers.0.resources.limits.memory",
    ".spec.selector",
  ]);
});

describe.each(Object.keys(experiments))("stack %s says only what the API server keeps", (stack) => {
  test.each(extremeConfigsOf(stack))("at %s", (_step, values) => {
    for (const manifest of sampleManifests(stack, values)) expect(alteredFields(manifest)).toEqual([]);
  });
});

import type { PolicyResource, ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";
import type { Manifest } from "../kubernetes/manifest.ts";
import { describe, type Rule } from "./rule.ts";

/** A rule as a policy of Pulumi: Pulumi applies it to each resource before it is made, or to all resources of a stack together. */
export function policyOf(rule: Rule): ResourceValidationPolicy | StackValidationPolicy {
  const { name, description, scope } = rule;
  return scope === "object"
    ? { name, description, validateResource: (resource, report) => tell(rule, [resource], report) }
    : { name, description, validateStack: ({ resources }, report) => tell(rule, resources, report) };
}

type Resource = Pick<PolicyResource, "type" | "props" | "urn">;

function tell(rule: Rule, resources: readonly Resource[], report: (message: string, urn?: string) => void): void {
  const objects = resources.filter(isObject).map(({ props, urn }) => ({ manifest: props as Manifest, urn }));
  for (const { object, path, message } of rule.check(objects.map(({ manifest }) => manifest))) {
    const urn = objects.find(({ manifest }) => describe(manifest) === object)?.urn;
    report(`${object}: ${path} ${message}`, urn);
  }
}

/** Whether a resource is an object of the Kubernetes API; Helm releases and providers belong to the same Pulumi package. */
const isObject = ({ type, props }: Resource): boolean =>
  type.startsWith("kubernetes:") && !type.startsWith("kubernetes:helm.sh/") && props.kind !== undefined;

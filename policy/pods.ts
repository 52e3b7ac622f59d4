import type { V1Container, V1LabelSelector, V1PodSpec, V1PodTemplateSpec } from "@kubernetes/client-node";
import { isWorkload, type Manifest, templateOf } from "../kubernetes/manifest.ts";
import { type Finding, objectRule, type Rule, type RuleFacts } from "./rule.ts";

/** The pods of a workload, which all have one spec. */
export interface Pods {
  readonly spec: V1PodSpec;
  readonly labels: Readonly<Record<string, string>>;
  /** The spec's path in the object, such as `spec.template.spec`. */
  readonly path: string;
}

/** A container of such pods. */
export interface ContainerOfPods {
  readonly container: V1Container;
  readonly path: string;
}

/** Kinds beside our own workloads that make pods of a template, and where it is. */
const TEMPLATES: Readonly<Record<string, string>> = {
  StatefulSet: "spec.template",
  DaemonSet: "spec.template",
  Job: "spec.template",
  CronJob: "spec.jobTemplate.spec.template",
};

/** The pods of an object; undefined if it makes none. */
export function podsOf(manifest: Manifest): Pods | undefined {
  if (!isWorkload(manifest)) return podsOfOthers(manifest);
  const { metadata, spec } = templateOf(manifest);
  const path = manifest.kind === "Pod" ? "spec" : "spec.template.spec";
  return { spec: spec ?? { containers: [] }, labels: metadata?.labels ?? {}, path };
}

function podsOfOthers(object: Manifest): Pods | undefined {
  const at = TEMPLATES[object.kind];
  const template = at?.split(".").reduce<unknown>((inner, key) => (isFields(inner) ? inner[key] : undefined), object);
  if (at === undefined || !isFields(template)) return undefined;
  const { metadata, spec } = template as V1PodTemplateSpec;
  return { spec: spec ?? { containers: [] }, labels: metadata?.labels ?? {}, path: `${at}.spec` };
}

const isFields = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;

/** All containers, init containers included. */
export function containersOf({ spec, path }: Pods): ContainerOfPods[] {
  const at = (field: "initContainers" | "containers") =>
    (spec[field] ?? []).map((container, index) => ({ container, path: `${path}.${field}[${index}]` }));
  return [...at("initContainers"), ...at("containers")];
}

/** The containers that declare ports, to which others send requests. */
export const servingContainersOf = (pods: Pods): ContainerOfPods[] =>
  containersOf(pods).filter(({ container }) => (container.ports ?? []).length > 0);

/** A rule that checks the pods of each workload by themselves. */
export const podRule = (facts: RuleFacts, description: string, find: (pods: Pods) => Iterable<Finding>): Rule =>
  objectRule(facts, description, (manifest) => {
    const pods = podsOf(manifest);
    return pods ? find(pods) : [];
  });

/** A rule that checks each container; it also gets the pods, whose fields hold for all their containers. */
export const containerRule = (
  facts: RuleFacts,
  description: string,
  find: (container: V1Container, path: string, pods: Pods) => Iterable<Finding>,
): Rule =>
  podRule(facts, description, (pods) =>
    containersOf(pods).flatMap(({ container, path }) => [...find(container, path, pods)]),
  );

/** Whether a selector matches labels; an empty one matches all. */
export function selects(selector: V1LabelSelector, labels: Readonly<Record<string, string>>): boolean {
  const equal = Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value);
  return equal && (selector.matchExpressions ?? []).every((expression) => matches(expression, labels));
}

function matches(
  { key, operator, values = [] }: { key: string; operator: string; values?: readonly string[] },
  labels: Readonly<Record<string, string>>,
): boolean {
  const value = labels[key];
  if (operator === "Exists") return value !== undefined;
  if (operator === "DoesNotExist") return value === undefined;
  const listed = value !== undefined && values.includes(value);
  return operator === "In" ? listed : !listed;
}

import { readFile } from "node:fs/promises";
import type { AnyObject } from "../../../cli/objects/object-schema.ts";
import { parseObjects } from "../../../cli/objects/read-objects.ts";
import { allReady, NOTHING_RUNS } from "../../../cli/objects/running.ts";
import { type NamespacePlan, type PlanOrder, planObjects } from "../../../cli/plans/plan-objects.ts";

/** Objects of YAML text. */
export const objects = (text: string): readonly AnyObject[] =>
  parseObjects(text, "test.yaml").map(({ object }) => object);

/** Objects of a fixture. */
export const fixture = async (path: string): Promise<readonly AnyObject[]> =>
  objects(await readFile(new URL(`../../fixtures/${path}`, import.meta.url), "utf8"));

/** A Deployment as YAML; `spec` are lines of its spec, `container` and `pod` those of its container and pods. */
export function deployment({
  name = "web",
  image = "web:1",
  spec = "",
  container = "",
  pod = "",
}: {
  readonly name?: string;
  readonly image?: string;
  readonly spec?: string;
  readonly container?: string;
  readonly pod?: string;
} = {}): string {
  const indent = (text: string, by: number) =>
    text
      .split("\n")
      .filter(Boolean)
      .map((line) => `${" ".repeat(by)}${line}\n`)
      .join("");
  return `apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}}
spec:
${indent(spec, 2)}  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}}}
    spec:
${indent(pod, 6)}      containers:
        - name: app
          image: ${image}
          ports: [{containerPort: 8080}]
${indent(container, 10)}`;
}

/** Plans the way from one file to another; without the first one everything is created. */
export const planFrom = (
  old: readonly AnyObject[] | undefined,
  wanted: readonly AnyObject[],
  more: Partial<PlanOrder> = {},
): NamespacePlan =>
  planObjects({
    namespace: "default",
    wanted,
    live: old ? allReady(old) : NOTHING_RUNS,
    ...(old && { before: old }),
    hasRealPods: false,
    appliedBy: "kubectl",
    removes: false,
    ...more,
  });

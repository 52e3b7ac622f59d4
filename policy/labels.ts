import { VERSION_LABEL } from "../kubernetes/labels.ts";
import { isWorkload, type Manifest, type Replicated, replicasOf, templateOf } from "../kubernetes/manifest.ts";
import { podsOf, selects, servingContainersOf } from "./pods.ts";
import { objectRule, type Rule } from "./rule.ts";

const ON_ALL = ["name", "instance", "managed-by"];

const isReplicated = (manifest: Manifest): manifest is Replicated => isWorkload(manifest) && manifest.kind !== "Pod";

/** By which labels objects are told apart, and owners find their pods. */
export const labels: readonly Rule[] = [
  objectRule(
    { name: "common-labels", audience: "ours" },
    "Objects bear Kubernetes' common labels, pods that serve also their version.",
    function* (manifest) {
      const missing = (present: Readonly<Record<string, string>>, names: readonly string[]) =>
        names.map((name) => `app.kubernetes.io/${name}`).filter((label) => !present[label]);
      const own = missing(manifest.metadata.labels ?? {}, ON_ALL);
      if (own.length > 0) yield { path: "metadata.labels", message: `must have ${own.join(", ")}` };
      const pods = podsOf(manifest);
      if (!pods) return;
      const lacking = missing(pods.labels, servingContainersOf(pods).length > 0 ? [...ON_ALL, "version"] : ON_ALL);
      const path = manifest.kind === "Pod" ? "metadata.labels" : "spec.template.metadata.labels";
      if (lacking.length > 0) yield { path, message: `must have ${lacking.join(", ")}` };
    },
  ),

  objectRule(
    { name: "selector", audience: "anybody" },
    "A selector takes in the workload's own pods, of every version.",
    function* (manifest) {
      if (!isReplicated(manifest)) return;
      const selector = manifest.spec?.selector ?? {};
      const own = templateOf(manifest).metadata?.labels ?? {};
      if (Object.keys(selector).length === 0 || !selects(selector, own)) {
        yield { path: "spec.selector", message: "must take in the labels of spec.template" };
      }
      if (selector.matchLabels?.[VERSION_LABEL]) {
        yield {
          path: "spec.selector.matchLabels",
          message: `must not have ${VERSION_LABEL}: it cannot change with the release`,
        };
      }
    },
  ),

  objectRule(
    { name: "spread", audience: "ours" },
    "Pods of which there are several are spread over the nodes.",
    function* (manifest) {
      if (!isReplicated(manifest) || replicasOf(manifest) < 2) return;
      const own = templateOf(manifest).metadata?.labels ?? {};
      const path = "spec.template.spec.topologySpreadConstraints";
      const constraints = templateOf(manifest).spec?.topologySpreadConstraints ?? [];
      const overNodes = constraints.filter(({ topologyKey }) => topologyKey === "kubernetes.io/hostname");
      if (overNodes.length === 0) yield { path, message: "must have one over kubernetes.io/hostname" };
      for (const { labelSelector } of constraints) {
        if (!labelSelector || !selects(labelSelector, own)) {
          yield { path, message: "must take in the labels of spec.template" };
        }
      }
    },
  ),
];

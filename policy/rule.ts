import type { Live } from "../kubernetes/live.ts";
import type { Manifest } from "../kubernetes/manifest.ts";
import type { RolloutPlan } from "../plan/rollout-plan.ts";

/** What is wrong in an object: the path of a field as in `kubectl explain`, and a message that also says what is allowed. */
export interface Finding {
  readonly path: string;
  readonly message: string;
  /** Why it matters in this object; unless it is given, the rule's description says it. */
  readonly why?: string;
}

/**
 * - error: users meet an outage, or the change fails
 * - warning: it goes well until something else goes wrong
 * - note: something to know, that may well be meant
 */
export type Level = "error" | "warning" | "note";

/** What tells a rule from others. */
export interface RuleFacts {
  /** In kebab case, unique. */
  readonly name: string;
  /** Whether anybody's manifests should obey it, or only ours can: it knows our service or our way of deploying it. */
  readonly audience: "anybody" | "ours";
  /** `error` unless it is given. */
  readonly level?: Level;
  /** Whether it is about what is written. If so, a number of replicas that is left out is absent; if not, it is the cluster's. */
  readonly asWritten?: boolean;
}

/** What a rule that needs a plan goes by: the plans of the manifests' workloads, and what they were planned from. */
export interface Planned {
  readonly plans: readonly RolloutPlan[];
  readonly live: Live;
}

/** A finding with its rule and its object, as `Kind namespace/name`. */
export interface Violation extends Finding {
  readonly rule: string;
  readonly object: string;
}

/** A rule about manifests. */
export interface Rule extends Required<RuleFacts> {
  readonly description: string;
  /** Whether it says nothing without a plan. */
  readonly needsPlan: boolean;
  /** Whether the rule checks each object by itself, or needs all objects of the stack together. */
  readonly scope: "object" | "set";
  check(manifests: readonly Manifest[], planned?: Planned): readonly Violation[];
}

/** Makes a rule that checks each object by itself. */
export const objectRule = (
  facts: RuleFacts,
  description: string,
  find: (manifest: Manifest) => Iterable<Finding>,
): Rule => ({
  level: "error",
  asWritten: false,
  ...facts,
  description,
  needsPlan: false,
  scope: "object",
  check: (manifests) => manifests.flatMap((manifest) => Array.from(find(manifest), violation(facts.name, manifest))),
});

/** Makes a rule that checks an object together with all others of its stack. */
export const setRule = (
  facts: RuleFacts,
  description: string,
  find: (manifest: Manifest, all: readonly Manifest[]) => Iterable<Finding>,
): Rule => ({
  level: "error",
  asWritten: false,
  ...facts,
  description,
  needsPlan: false,
  scope: "set",
  check: (manifests) =>
    manifests.flatMap((manifest) => Array.from(find(manifest, manifests), violation(facts.name, manifest))),
});

/** Makes a rule about a workload and its plan; workloads without one are passed over. */
export const plannedRule = (
  facts: RuleFacts,
  description: string,
  find: (manifest: Manifest, plan: RolloutPlan, all: readonly Manifest[], planned: Planned) => Iterable<Finding>,
): Rule => ({
  level: "error",
  asWritten: false,
  ...facts,
  description,
  scope: "set",
  needsPlan: true,
  check: (manifests, planned) =>
    manifests.flatMap((manifest) => {
      const plan = planned?.plans.find(({ kind, name }) => kind === manifest.kind && name === manifest.metadata.name);
      if (!planned || !plan) return [];
      return Array.from(find(manifest, plan, manifests, planned), violation(facts.name, manifest));
    }),
});

/** The namespace of an object in messages; `default` if it names none, as for the API server. */
const namespaceOf = ({ metadata }: Manifest): string => metadata.namespace ?? "default";

/** An object's name in messages: `Deployment lab/online-inference`. */
export const describe = (manifest: Manifest): string =>
  `${manifest.kind} ${manifest.kind === "Namespace" ? "" : `${namespaceOf(manifest)}/`}${manifest.metadata.name}`;

const violation =
  (rule: string, manifest: Manifest) =>
  (finding: Finding): Violation => ({ rule, object: describe(manifest), ...finding });

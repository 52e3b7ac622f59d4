import { withReplicas } from "../kubernetes/autoscaling.ts";
import { isWorkload, type Manifest } from "../kubernetes/manifest.ts";
import { disruption } from "./disruption.ts";
import { fitting } from "./fitting.ts";
import { images } from "./images.ts";
import { labels } from "./labels.ts";
import { networking } from "./networking.ts";
import { objects } from "./objects.ts";
import { podLifecycle } from "./pod-lifecycle.ts";
import { podResources } from "./pod-resources.ts";
import { podSecurity } from "./pod-security.ts";
import { rollouts } from "./rollouts.ts";
import type { Level, Planned, Rule, Violation } from "./rule.ts";
import { secrets } from "./secrets.ts";
import { starting } from "./starting.ts";

/** All rules that our manifests obey. */
export const rules: readonly Rule[] = [
  ...podSecurity,
  ...podResources,
  ...podLifecycle,
  ...images,
  ...labels,
  ...objects,
  ...secrets,
  ...networking,
  ...disruption,
];

/** What anybody should know before a rollout. Some of our experiments break one of them on purpose. */
const aboutRollouts: readonly Rule[] = [...rollouts, ...starting, ...fitting];

/** Every rule: those that our manifests obey, and those about rollouts. */
export const everyRule: readonly Rule[] = [...rules, ...aboutRollouts];

/** Whether a rule is about what becomes of users in a rollout; the others are about pods, whatever happens. */
export const isAboutRollouts = (name: string): boolean => aboutRollouts.some((rule) => rule.name === name);

/** All violations of the rules by the objects of one stack. */
export const violations = (manifests: readonly Manifest[]): readonly Violation[] =>
  rules.flatMap((rule) => rule.check(manifests));

/** A violation with what its rule says of it. */
export interface Problem extends Violation {
  readonly level: Level;
  /** Why it matters. */
  readonly why: string;
}

/**
 * The problems of objects: `of` names whose rules, `planned` is there if they were planned as well. Errors come first. Workloads that
 * leave their number of replicas out have the one that the cluster gives them, but for rules about what is written.
 */
export function problemsOf(
  manifests: readonly Manifest[],
  of: readonly Rule["audience"][],
  planned?: Planned,
): readonly Problem[] {
  const chosen = everyRule.filter(({ audience }) => of.includes(audience));
  const made = manifests.map((one) => (isWorkload(one) ? withReplicas(one, manifests, planned) : one));
  const problems = chosen.flatMap((rule) =>
    rule
      .check(rule.asWritten ? manifests : made, planned)
      .map((found) => ({ ...found, level: rule.level, why: found.why ?? rule.description })),
  );
  return problems.toSorted((a, b) => LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level));
}

const LEVELS: readonly Level[] = ["error", "warning", "note"];

import type { Manifest } from "../kubernetes/manifest.ts";
import { disruption } from "./disruption.ts";
import { images } from "./images.ts";
import { labels } from "./labels.ts";
import { networking } from "./networking.ts";
import { objects } from "./objects.ts";
import { podLifecycle } from "./pod-lifecycle.ts";
import { podResources } from "./pod-resources.ts";
import { podSecurity } from "./pod-security.ts";
import type { Rule, Violation } from "./rule.ts";
import { secrets } from "./secrets.ts";

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

/** All violations of the rules by the objects of one stack. */
export const violations = (manifests: readonly Manifest[]): readonly Violation[] =>
  rules.flatMap((rule) => rule.check(manifests));

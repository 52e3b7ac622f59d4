import type { Manifest } from "../kubernetes/manifest.ts";

/** What is wrong in an object: the path of a field as in `kubectl explain`, and a message that also says what is allowed. */
export interface Finding {
  readonly path: string;
  readonly message: string;
}

/** A finding with its rule and its object, as `Kind namespace/name`. */
export interface Violation extends Finding {
  readonly rule: string;
  readonly object: string;
}

/** A rule that all our manifests obey. */
export interface Rule {
  /** In kebab case, unique. */
  readonly name: string;
  readonly description: string;
  /** Whether the rule checks each object by itself, or needs all objects of the stack together. */
  readonly scope: "object" | "set";
  check(manifests: readonly Manifest[]): readonly Violation[];
}

/** Makes a rule that checks each object by itself. */
export const objectRule = (
  name: string,
  description: string,
  find: (manifest: Manifest) => Iterable<Finding>,
): Rule => ({
  name,
  description,
  scope: "object",
  check: (manifests) => manifests.flatMap((manifest) => Array.from(find(manifest), violation(name, manifest))),
});

/** Makes a rule that checks an object together with all others of its stack. */
export const setRule = (
  name: string,
  description: string,
  find: (manifest: Manifest, all: readonly Manifest[]) => Iterable<Finding>,
): Rule => ({
  name,
  description,
  scope: "set",
  check: (manifests) =>
    manifests.flatMap((manifest) => Array.from(find(manifest, manifests), violation(name, manifest))),
});

/** The namespace of an object; `default` if it names none, as for the API server. */
export const namespaceOf = ({ metadata }: Manifest): string => metadata.namespace ?? "default";

/** An object's name in messages: `Deployment lab/online-inference`. */
export const describe = (manifest: Manifest): string =>
  `${manifest.kind} ${manifest.kind === "Namespace" ? "" : `${namespaceOf(manifest)}/`}${manifest.metadata.name}`;

const violation =
  (rule: string, manifest: Manifest) =>
  (finding: Finding): Violation => ({ rule, object: describe(manifest), ...finding });

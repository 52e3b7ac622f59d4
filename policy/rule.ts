import type { Manifest } from "../kubernetes/manifest.ts";

/** What is wrong within an object: where, as in `kubectl explain`, and what, with what is allowed. */
export interface Finding {
  readonly path: string;
  readonly message: string;
}

/** A finding together with its rule and its object, as `Kind namespace/name`. */
export interface Violation extends Finding {
  readonly rule: string;
  readonly object: string;
}

/** Something that every manifest of ours obeys. */
export interface Rule {
  /** In kebab case, unique. */
  readonly name: string;
  readonly description: string;
  /** Whether an object can be judged by itself, or only together with all others of its stack. */
  readonly scope: "object" | "set";
  check(manifests: readonly Manifest[]): readonly Violation[];
}

/** A rule that judges each object by itself. */
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

/** A rule that judges objects by what else there is. */
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

/** The namespace of an object; `default` where it names none, as the API server has it. */
export const namespaceOf = ({ metadata }: Manifest): string => metadata.namespace ?? "default";

/** An object's name for a reader: `Deployment lab/online-inference`. */
export const describe = (manifest: Manifest): string =>
  `${manifest.kind} ${manifest.kind === "Namespace" ? "" : `${namespaceOf(manifest)}/`}${manifest.metadata.name}`;

const violation =
  (rule: string, manifest: Manifest) =>
  (finding: Finding): Violation => ({ rule, object: describe(manifest), ...finding });

import type { Context, ObjectDeclaration } from "./declaration.ts";
import { labels } from "./labels.ts";

/** Name of the Secret by which nodes pull, and of its declaration. */
export const PULL_SECRET = "registry";

/** The key of a Secret of type kubernetes.io/dockerconfigjson. */
export const DOCKER_CONFIG = ".dockerconfigjson";

/** The Secret by which nodes pull, without its data: those are put in when it is registered, see `late-values.ts`. */
export function pullSecret(context: Context<unknown>): ObjectDeclaration {
  return {
    name: PULL_SECRET,
    manifest: {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: PULL_SECRET, namespace: context.namespace, labels: labels(context) },
      type: "kubernetes.io/dockerconfigjson",
    },
  };
}

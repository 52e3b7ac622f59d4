import type { Context, ObjectDeclaration } from "./declaration.ts";
import { labels } from "./labels.ts";

/** Name of the Secret with which nodes pull images, and of its declaration. */
export const PULL_SECRET = "registry";

/** The key of a Secret of type kubernetes.io/dockerconfigjson. */
export const DOCKER_CONFIG = ".dockerconfigjson";

/** The Secret with which nodes pull images, without its data; `late-values.ts` adds them when it is registered. */
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

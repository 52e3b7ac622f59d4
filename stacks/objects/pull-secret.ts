import type { Context, ObjectDeclaration } from "../experiment.ts";
import { credentialsKey, type Registry } from "../images/registry.ts";
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

/** Docker's configuration with a registry's credentials, in base64; undefined where it asks for none. */
export function dockerConfig(registry: Registry): string | undefined {
  if (!registry.credentials) return undefined;
  const { username, password } = registry.credentials;
  const auth = base64(`${username}:${password}`);
  return base64(JSON.stringify({ auths: { [credentialsKey(registry)]: { username, password, auth } } }));
}

const base64 = (text: string): string => Buffer.from(text).toString("base64");

import { UserError } from "../../common/user-error.ts";
import { type AskDocker, askDocker, type DockerEndpoint, type DockerQuestion } from "./docker.ts";
import { credentialsKey, type Registry } from "./registry.ts";

const TIMEOUT_MS = 10_000;

/**
 * Whether an image is gone from the place where pods get it: the daemon that built it or, if it was pushed, the registry, which
 * that daemon is made to ask. Pulumi's state does not tell, because the kubelet and `docker image prune` remove images without it.
 * If a registry gives no clear answer, the image counts as present: `requireLogin` says what is wrong with the registry.
 * @throws {UserError} if the daemon gives no clear answer about its own images.
 */
export async function isMissing(
  name: string,
  builder: DockerEndpoint,
  registry: Registry | undefined,
  ask: AskDocker = askDocker,
): Promise<boolean> {
  const { status, reason } = await ask(builder, registry ? ofRegistry(name, registry) : ofDaemon(name)).then(
    (answer) => ({ status: answer.status, reason: `status ${answer.status}: ${messageIn(answer.body)}` }),
    (error: Error) => ({ status: 0, reason: error.message }),
  );
  if (status === 404) return true;
  if (status === 200 || registry) return false;
  throw new UserError(
    `docker at ${builder.host} does not tell whether it has ${name} (${reason}). Run pulumi again; if it stays, restart ` +
      `that docker.`,
  );
}

const ofDaemon = (name: string): DockerQuestion => ({ path: `/images/${name}/json`, timeoutMs: TIMEOUT_MS });

const ofRegistry = (name: string, registry: Registry): DockerQuestion => ({
  path: `/distribution/${name}/json`,
  timeoutMs: TIMEOUT_MS,
  ...(registry.credentials && { headers: { "x-registry-auth": loginHeader(registry) } }),
});

/** Credentials for docker's header X-Registry-Auth: padded base64url. Docker silently ignores them without the padding. */
function loginHeader(registry: Registry): string {
  const login = JSON.stringify({ ...registry.credentials, serveraddress: credentialsKey(registry) });
  return Buffer.from(login).toString("base64").replaceAll("+", "-").replaceAll("/", "_");
}

const messageIn = (body: unknown): string => (body as { message?: string } | null)?.message ?? "";

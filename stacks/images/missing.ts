import { UserError } from "../../common/user-error.ts";
import { type AskDocker, askDocker, type DockerEndpoint, type DockerQuestion } from "./docker.ts";
import { credentialsKey, type Registry } from "./registry.ts";

const TIMEOUT_MS = 10_000;

/**
 * Whether an image is gone from where pods take it: the daemon that built it, or the registry that it was pushed to, which
 * that daemon asks. Pulumi's state does not tell: the kubelet and `docker image prune` remove images behind its back.
 * A registry that gives no clear answer counts as one that has the image, because `requireLogin` says what is wrong with it.
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

/** Credentials as docker takes them in a header: base64url, but padded, without which docker overlooks them silently. */
function loginHeader(registry: Registry): string {
  const login = JSON.stringify({ ...registry.credentials, serveraddress: credentialsKey(registry) });
  return Buffer.from(login).toString("base64").replaceAll("+", "-").replaceAll("/", "_");
}

const messageIn = (body: unknown): string => (body as { message?: string } | null)?.message ?? "";

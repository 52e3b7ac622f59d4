import { UserError } from "../../common/user-error.ts";
import type { Builder } from "./builder.ts";
import { type AskDocker, askDocker } from "./docker.ts";
import { credentialsKey, hostOf, type Registry } from "./registry.ts";

/** The daemon that will push, and the stack that messages name. */
type From = Pick<Builder, "host" | "certPath" | "inNode"> & { readonly stack: string };

/** Shorter than the minute after which the daemon itself gives up a host that does not answer. */
const TIMEOUT_MS = 20_000;

/**
 * Makes the daemon that will push log in to the registry, to find wrong credentials before a build.
 * @throws {UserError} if the daemon cannot reach the registry, or the registry refuses the credentials.
 */
export async function requireLogin(registry: Registry, from: From, ask: AskDocker = askDocker): Promise<void> {
  const host = hostOf(registry);
  const body = { ...registry.credentials, serveraddress: credentialsKey(registry) };
  const { status, reason } = await ask(from, { path: "/auth", body, timeoutMs: TIMEOUT_MS }).then(
    (answer) => ({ status: answer.status, reason: (answer.body as { message?: string } | null)?.message ?? "" }),
    (error: Error) => ({ status: 0, reason: error.message }),
  );
  if (status === 200) return;
  if (status === 401 || /\b40[13]\b|unauthorized|denied|no basic auth/i.test(reason)) {
    // Without credentials in config, a `docker login` of this machine may serve the push, and pulling may need none.
    if (!registry.credentials) return;
    throw new UserError(
      `registry ${host} refuses the credentials of ${registry.credentials.username} (${reason}). Set the right ones: ` +
        `pulumi config set --stack ${from.stack} registryUsername <user>, and pulumi config set --stack ${from.stack} ` +
        `--secret registryPassword`,
    );
  }
  const place = from.inNode ? "in minikube's node, where localhost is the node itself" : `at ${from.host}`;
  throw new UserError(
    `registry ${host} cannot be reached from the docker that pushes, ${place} (${reason}). Start it, or set another: ` +
      `pulumi config set --stack ${from.stack} registry <host[:port][/path]>. ` +
      `To end the stack without it: pulumi destroy --stack ${from.stack}`,
  );
}

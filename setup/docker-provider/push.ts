import type { Readable } from "node:stream";
import type { Tools } from "./build.ts";
import { type Credentials, credentialsFor, credentialsWarning } from "./credentials.ts";
import { answerOf, type Daemon } from "./daemon.ts";
import { UserError } from "./errors.ts";
import type { ImageInputs } from "./inputs.ts";
import { followMessages } from "./messages.ts";
import { parseReference, requireRegistry } from "./reference.ts";

/**
 * Pushes an image and returns its `repository@sha256:…`.
 * @throws {UserError} that names registry and user, and no password.
 */
export async function pushImage(image: ImageInputs, tools: Tools): Promise<string> {
  const { daemon, signal } = tools;
  const domain = requireRegistry(image.imageName);
  const { repository, tag } = parseReference(image.imageName);
  const warning = credentialsWarning(image);
  if (warning) tools.warn(warning);
  const credentials = (await credentialsFor(image, tools.env)(image.registry.server || domain)) ?? {};
  tools.status(`Pushing ${image.imageName}`);
  let failure: string | undefined;
  let digest: string | undefined;
  try {
    const options = { tag, authconfig: credentials, abortSignal: signal };
    const answer: unknown = await daemon.docker.getImage(repository).push(options as never);
    ({ error: failure, digest } = await followMessages(answer as Readable, tools.status));
  } catch (error) {
    if (signal.aborted) throw new UserError(`Pushing ${image.imageName} was cancelled`);
    failure = answerOf(error);
    if (failure === undefined) throw daemon.explain(error);
  }
  if (failure !== undefined) throw new UserError(explainPush(image.imageName, domain, credentials, failure));
  return repoDigest(daemon, image.imageName, digest);
}

async function repoDigest(daemon: Daemon, imageName: string, digest: string | undefined): Promise<string> {
  const { RepoDigests: known = [] } = await daemon.docker.getImage(imageName).inspect();
  // An image that was pushed to several repositories has a digest for each.
  const { repository } = parseReference(imageName);
  const found =
    known.find((name) => name === `${repository}@${digest}`) ?? known.find((name) => name.endsWith(`@${digest}`));
  const any = found ?? known[0];
  if (any === undefined) throw new UserError(`The registry took ${imageName}, but the daemon knows no digest of it`);
  return any;
}

/** Says why a push failed and what to do. */
export function explainPush(imageName: string, domain: string, credentials: Credentials, failure: string): string {
  const who = credentials.username || (credentials.identitytoken && "a token");
  if (/unauthorized|authentication required|no basic auth|denied|forbidden|\b40[13]\b|^EOF$/i.test(failure)) {
    return (
      `Pushing ${imageName} was denied by ${domain}: ${failure}. ` +
      (who
        ? `The registry does not accept the credentials of ${who}: check registry.username and registry.password, and that this user may write to the repository`
        : `No credentials were given: set registry.username and registry.password, or run \`docker login ${domain}\``)
    );
  }
  if (
    /connection refused|no such host|timeout|deadline|no route|unreachable|server gave HTTP|x509|tls:/i.test(failure)
  ) {
    return (
      `Pushing ${imageName} failed: the daemon cannot reach the registry ${domain}: ${failure}. ` +
      "Mind that the daemon itself must reach it: 127.0.0.1 is the daemon's machine, which for minikube is the node"
    );
  }
  return `Pushing ${imageName} to ${domain} failed: ${failure}`;
}

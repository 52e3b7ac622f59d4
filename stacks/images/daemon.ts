import { UserError } from "../../common/user-error.ts";
import type { Architecture } from "../../service/build.ts";
import { type AskDocker, askDocker } from "./docker-api.ts";
import type { DockerEndpoint } from "./docker-endpoint.ts";

/** What an image depends on beside its context. */
export type Daemon = { readonly arch: Architecture };

/** How a daemon is called in messages, and what a user can do about it. */
export type DaemonWords = {
  readonly name: string;
  readonly start: string;
  readonly another: string;
};

const ARCHITECTURES: Readonly<Record<string, Architecture>> = { x86_64: "x64", aarch64: "arm64" };

/**
 * Asks a docker daemon what it runs on.
 * @throws {UserError} if it does not answer, or runs on another architecture.
 */
export async function describeDaemon(
  endpoint: DockerEndpoint,
  words: DaemonWords,
  ask: AskDocker = askDocker,
): Promise<Daemon> {
  const { Architecture: name = "" } = await fetchInfo(endpoint, ask).catch((cause: Error) => {
    throw new UserError(`${words.name} does not answer at ${endpoint.host} (${cause.message}). ${words.start}`, {
      cause,
    });
  });
  const arch = ARCHITECTURES[name];
  if (!arch) {
    throw new UserError(
      `${words.name} at ${endpoint.host}: got the architecture ${name}, allowed: ` +
        `${Object.keys(ARCHITECTURES).join(", ")}. ${words.another}`,
    );
  }
  return { arch };
}

async function fetchInfo(endpoint: DockerEndpoint, ask: AskDocker): Promise<{ Architecture?: string }> {
  const { status, body } = await ask(endpoint, { path: "/info", timeoutMs: 10_000 });
  if (status !== 200) throw new Error(`GET /info: status ${status}`);
  return body as { Architecture?: string };
}

import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { Agent, request } from "undici";
import { UserError } from "../../common/user-error.ts";
import type { Architecture } from "../../service/build.ts";

/** Where a docker daemon is reached: `tcp://host:port` or `unix:///path`, and by TLS the folder of ca.pem, cert.pem and key.pem. */
export type DockerEndpoint = { readonly host: string; readonly certPath?: string };

/** What docker's own command would talk to. */
type LocalMachine = {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly exists: (path: string) => boolean;
};

/**
 * Finds the docker daemon that DOCKER_HOST names, or else this machine's own.
 * @throws {UserError} if it is reached by other ways than a socket or TCP.
 */
export function localDocker({ env, home, exists }: LocalMachine = machine()): DockerEndpoint {
  // Newer Docker Desktops listen in the home folder only.
  const desktop = join(home, ".docker", "run", "docker.sock");
  const host = env.DOCKER_HOST || `unix://${exists(desktop) ? desktop : "/var/run/docker.sock"}`;
  if (host.startsWith("unix:///")) return { host };
  if (!/^tcp:\/\/[^/]+$/.test(host)) {
    throw new UserError(
      `environment DOCKER_HOST: got ${JSON.stringify(host)}, allowed: unix:///path or tcp://host:port. ` +
        `Set it to such a daemon, or unset it to use this machine's own.`,
    );
  }
  const certPath = env.DOCKER_CERT_PATH || (env.DOCKER_TLS_VERIFY ? join(home, ".docker") : undefined);
  return certPath ? { host, certPath } : { host };
}

const machine = (): LocalMachine => ({ env: process.env, home: homedir(), exists: existsSync });

/** A question to the daemon's HTTP API; with a body it is a POST. */
export type DockerQuestion = {
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
};

/** The daemon's answer, whatever its status; the body is parsed JSON. */
type DockerAnswer = { readonly status: number; readonly body: unknown };

/** Asks a docker daemon; rejects only if it does not answer in time, or not in JSON. */
export type AskDocker = (endpoint: DockerEndpoint, question: DockerQuestion) => Promise<DockerAnswer>;

/** Asks over the network or a socket. */
export const askDocker: AskDocker = async (endpoint, { path, body, headers, timeoutMs }) => {
  const dispatcher = new Agent({ connect: await connectOptions(endpoint) });
  // The host of a socket's URL is not looked at.
  const base = endpoint.host.startsWith("unix:") ? "http://docker" : endpoint.host.replace(/^tcp:/, scheme(endpoint));
  try {
    const answer = await request(new URL(path, base), {
      dispatcher,
      signal: AbortSignal.timeout(timeoutMs),
      headers: { ...headers, ...(body !== undefined && { "content-type": "application/json" }) },
      ...(body !== undefined && { method: "POST", body: JSON.stringify(body) }),
    });
    return { status: answer.statusCode, body: await answer.body.json() };
  } catch (cause) {
    if ((cause as Error).name !== "TimeoutError") throw cause;
    throw new Error(`no answer within ${timeoutMs / 1000} s`, { cause });
  } finally {
    await dispatcher.destroy();
  }
};

const scheme = ({ certPath }: DockerEndpoint): string => (certPath ? "https:" : "http:");

async function connectOptions({ host, certPath }: DockerEndpoint): Promise<Record<string, string | Buffer>> {
  if (host.startsWith("unix:")) return { socketPath: host.slice("unix://".length) };
  if (!certPath) return {};
  const names = ["ca", "cert", "key"];
  const texts = await Promise.all(names.map(async (name) => [name, await readFile(join(certPath, `${name}.pem`))]));
  return Object.fromEntries(texts);
}

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

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Agent, request } from "undici";
import { UserError } from "../../common/user-error.ts";
import type { Architecture } from "../../service/build.ts";

/** Address of a docker daemon: `tcp://host:port` or `unix:///path`; for TLS also the folder of ca.pem, cert.pem and key.pem. */
export type DockerEndpoint = { readonly host: string; readonly certPath?: string };

/** A request to the daemon's HTTP API: POST if it has a body, else GET. */
export type DockerQuestion = {
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
};

/** The daemon's answer, whatever its status; the body is parsed JSON. */
type DockerAnswer = { readonly status: number; readonly body: unknown };

/** Asks a docker daemon. It rejects only if no answer comes in time, or if the answer is not JSON. */
export type AskDocker = (endpoint: DockerEndpoint, question: DockerQuestion) => Promise<DockerAnswer>;

/** The real `AskDocker`, over the network or a socket. */
export const askDocker: AskDocker = async (endpoint, { path, body, headers, timeoutMs }) => {
  const dispatcher = new Agent({ connect: await connectOptions(endpoint) });
  // A URL needs a host, but over a socket nobody looks at it.
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

/** Asks a daemon each question once: all who put it later get the first answer, unless that tells of trouble. */
export function askingOnce(ask: AskDocker = askDocker): AskDocker {
  const answers = new Map<string, Promise<DockerAnswer>>();
  return (endpoint, question) => {
    const { timeoutMs, ...asked } = question;
    const key = JSON.stringify([endpoint.host, endpoint.certPath, asked]);
    const answer = answers.get(key) ?? ask(endpoint, question);
    answers.set(key, answer);
    const forget = () => answers.delete(key);
    answer.then(({ status }) => status === 200 || forget(), forget);
    return answer;
  };
}

const scheme = ({ certPath }: DockerEndpoint): string => (certPath ? "https:" : "http:");

async function connectOptions({ host, certPath }: DockerEndpoint): Promise<Record<string, string | Buffer>> {
  if (host.startsWith("unix:")) return { socketPath: host.slice("unix://".length) };
  if (!certPath) return {};
  const names = ["ca", "cert", "key"];
  const texts = await Promise.all(names.map(async (name) => [name, await readFile(join(certPath, `${name}.pem`))]));
  return Object.fromEntries(texts);
}

/** The fact of a daemon on which its images depend. */
export type Daemon = { readonly arch: Architecture };

/** How messages name a daemon, and what they tell the user to do. */
export type DaemonWords = {
  readonly name: string;
  readonly start: string;
  readonly another: string;
};

const ARCHITECTURES: Readonly<Record<string, Architecture>> = { x86_64: "x64", aarch64: "arm64" };

/**
 * Asks a docker daemon for its architecture.
 * @throws {UserError} if the daemon does not answer, or has an architecture that images are not built for.
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

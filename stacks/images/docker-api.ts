import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Agent, request } from "undici";
import type { DockerEndpoint } from "./docker-endpoint.ts";

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

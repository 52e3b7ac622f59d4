import { HttpMethod, type KubeConfig, RequestContext, Watch } from "@kubernetes/client-node";
import { fetch } from "undici";

/** An object as the API server writes it, times as text. */
export type RawObject = {
  readonly metadata: { readonly uid: string; readonly name: string; readonly resourceVersion: string };
};

/** A list as the API server writes it. */
export type RawList = {
  readonly metadata: { readonly resourceVersion: string };
  readonly items: readonly RawObject[];
};

type Query = Readonly<Record<string, string | boolean>>;

/** An answer of the API server as text. */
type RawAnswer = { readonly status: number; readonly headers: Headers; readonly text: string };

type Headers = { readonly get: (name: string) => string | null };

/** The API server as the observer's sources need it. */
export type Transport = {
  /** Sends one request; rejects when there is no answer, resolves whatever the status. */
  readonly request: (method: "GET" | "DELETE", path: string, signal?: AbortSignal) => Promise<RawAnswer>;
  /** Resolves once the server has accepted the watch, or `onEnd` was called; `onEnd` is called once. */
  readonly watch: (
    path: string,
    query: Query,
    onEvent: (type: string, object: RawObject) => void,
    onEnd: (error?: unknown) => void,
  ) => Promise<{ readonly stop: () => void }>;
};

/** An answer of the API server that is none of the good ones; the code is that of HTTP. */
class ApiError extends Error {
  override readonly name = "ApiError";
  readonly statusCode: number;
  constructor(message: string, statusCode: number) {
    super(message);
    this.statusCode = statusCode;
  }
}

/** The API server of a kubeconfig's current context, by its credentials. */
export function kubernetesTransport(config: KubeConfig): Transport {
  const server = config.getCurrentCluster()?.server;
  if (!server) throw new Error("the kubeconfig's current context names no cluster");
  const watch = new Watch(config);
  const credentials = onceIn(CREDENTIALS_LAST_MS, async () => {
    const context = new RequestContext(server, HttpMethod.GET);
    await config.applySecurityAuthentication(context);
    return context;
  });
  return {
    async request(method, path, signal) {
      const context = await credentials();
      const dispatcher = context.getDispatcher();
      const answer = await fetch(server + path, {
        method,
        headers: context.getHeaders(),
        signal: signal ?? AbortSignal.timeout(REQUEST_TIMEOUT_MS),
        ...(dispatcher && { dispatcher }),
      });
      return { status: answer.status, headers: answer.headers, text: await answer.text() };
    },
    async watch(path, query, onEvent, onEnd) {
      const controller = await watch.watch(path, { ...query }, onEvent, onEnd);
      return { stop: () => controller.abort() };
    },
  };
}

const REQUEST_TIMEOUT_MS = 10_000;
/** Tokens of a cloud's cluster are renewed; a new connection for every request would cost more than what is observed. */
const CREDENTIALS_LAST_MS = 300_000;

function onceIn<T>(ms: number, make: () => Promise<T>): () => Promise<T> {
  let made: { readonly value: Promise<T>; readonly atMs: number } | undefined;
  return () => {
    if (!made || performance.now() - made.atMs > ms) made = { value: make(), atMs: performance.now() };
    return made.value;
  };
}

/**
 * Reads JSON from the API server.
 * @throws {ApiError} with the server's own words when the status is not of the good ones.
 */
export async function readJson<T>(transport: Transport, path: string): Promise<T> {
  const { status, text } = await transport.request("GET", path);
  if (status >= 200 && status < 300) return JSON.parse(text) as T;
  throw new ApiError(`GET ${path}: ${messageOf(text)}`, status);
}

function messageOf(text: string): string {
  try {
    return (JSON.parse(text) as { message?: string }).message ?? text;
  } catch {
    return text;
  }
}

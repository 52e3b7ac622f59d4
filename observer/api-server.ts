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

/** An empty list of metadata has no items, where other lists have none. */
type ListedMetadata = Omit<RawList, "items"> & { readonly items: RawList["items"] | null };

type Query = Readonly<Record<string, string | boolean>>;

/** An answer of the API server as text. */
type RawAnswer = { readonly status: number; readonly headers: Headers; readonly text: string };

type Headers = { readonly get: (name: string) => string | null };

/** The API server as the observer's sources need it. */
export type Transport = {
  /** Sends one request; rejects when there is no answer, resolves whatever the status. A body is sent as JSON. */
  readonly request: (
    method: "GET" | "POST" | "DELETE",
    path: string,
    signal?: AbortSignal,
    body?: object,
  ) => Promise<RawAnswer>;
  /**
   * Lists the metadata alone of what lies under a path, as the cluster's store has it at some instant until the answer, never
   * as a cache had it before; rejects when there is no such answer.
   */
  readonly listMetadata: (path: string, signal: AbortSignal) => Promise<RawList>;
  /** Resolves once the server has accepted the watch, or `onEnd` was called; `onEnd` is called once. */
  readonly watch: (
    path: string,
    query: Query,
    onEvent: (type: string, object: RawObject) => void,
    onEnd: (error?: unknown) => void,
  ) => Promise<{ readonly stop: () => void }>;
};

/** An API server from which long answers, such as a log that is followed, can be read while they come. */
export type StreamingTransport = Transport & {
  /** Ends with the answer; throws when it breaks off, the signal is aborted, or the server refuses. */
  readonly stream: (path: string, signal: AbortSignal) => AsyncIterable<string>;
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
export function kubernetesTransport(config: KubeConfig): StreamingTransport {
  const server = config.getCurrentCluster()?.server;
  if (!server) throw new Error("the kubeconfig's current context names no cluster");
  const watch = new Watch(config);
  const credentials = onceIn(CREDENTIALS_LAST_MS, async () => {
    const context = new RequestContext(server, HttpMethod.GET);
    await config.applySecurityAuthentication(context);
    return context;
  });
  const send = async (method: string, path: string, signal: AbortSignal, body?: object, headers?: Sent) => {
    const context = await credentials();
    const dispatcher = context.getDispatcher();
    return fetch(server + path, {
      method,
      headers: { ...context.getHeaders(), ...(body && { "content-type": "application/json" }), ...headers },
      signal,
      ...(body && { body: JSON.stringify(body) }),
      ...(dispatcher && { dispatcher }),
    });
  };
  return {
    async request(method, path, signal = AbortSignal.timeout(REQUEST_TIMEOUT_MS), body) {
      const answer = await send(method, path, signal, body);
      return { status: answer.status, headers: answer.headers, text: await answer.text() };
    },
    async listMetadata(path, signal) {
      // Without a resourceVersion the server answers from its store, or proves its cache to be as new.
      const answer = await send("GET", path, signal, undefined, METADATA_ALONE);
      const list = parsed<ListedMetadata>(path, { status: answer.status, text: await answer.text() });
      return { ...list, items: list.items ?? [] };
    },
    async *stream(path, signal) {
      const answer = await send("GET", path, signal);
      if (!answer.ok) throw new ApiError(`GET ${path}: ${messageOf(await answer.text())}`, answer.status);
      const decoder = new TextDecoder();
      for await (const chunk of answer.body ?? []) yield decoder.decode(chunk, { stream: true });
    },
    async watch(path, query, onEvent, onEnd) {
      const controller = await watch.watch(path, { ...query }, onEvent, onEnd);
      return { stop: () => controller.abort() };
    },
  };
}

type Sent = Readonly<Record<string, string>>;
const METADATA_ALONE: Sent = { accept: "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1" };
/** A request without an answer for so long fails. */
export const REQUEST_TIMEOUT_MS = 10_000;
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
export async function readJson<T>(
  transport: Pick<Transport, "request">,
  path: string,
  signal?: AbortSignal,
): Promise<T> {
  return parsed<T>(path, await transport.request("GET", path, signal));
}

function parsed<T>(path: string, { status, text }: Pick<RawAnswer, "status" | "text">): T {
  if (status >= 200 && status < 300) return JSON.parse(text) as T;
  throw new ApiError(`GET ${path}: ${messageOf(text)}`, status);
}

/** The server's own words in an answer that is a Status, else the answer. */
export function messageOf(text: string): string {
  try {
    return (JSON.parse(text) as { message?: string }).message ?? text;
  } catch {
    return text;
  }
}

/** A label selector as the API server's queries take it. */
export const selectorText = (labels: Readonly<Record<string, string>>): string =>
  Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(",");

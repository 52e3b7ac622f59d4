import { type KubeConfig, Watch } from "@kubernetes/client-node";
import { request } from "undici";
import { keptCredentials, type Proof } from "./kept-credentials.ts";

/** An object as the API server writes it; its times are RFC 3339. */
export type RawObject = {
  readonly metadata: { readonly uid: string; readonly name: string; readonly resourceVersion: string };
};

export type RawList = {
  readonly metadata: { readonly resourceVersion: string };
  readonly items: readonly RawObject[];
};

/** In an empty list of metadata `items` is null; in other empty lists it is []. */
type ListedMetadata = Omit<RawList, "items"> & { readonly items: RawList["items"] | null };

type Query = Readonly<Record<string, string | boolean>>;

type RawAnswer = { readonly status: number; readonly headers: Headers; readonly text: string };

type Headers = { readonly get: (name: string) => string | null };

/** What the observer asks of an API server. Paths begin with /api or /apis and may have a query. */
export type Transport = {
  /** Sends one request, with the body as JSON. Resolves with any status; rejects when no answer comes. */
  readonly request: (
    method: "GET" | "POST" | "DELETE",
    path: string,
    signal?: AbortSignal,
    body?: object,
  ) => Promise<RawAnswer>;
  /**
   * Lists the metadata of the objects under a path. The list shows the cluster's store at one instant between question and
   * answer, never an older cache. Rejects when no such answer comes.
   */
  readonly listMetadata: (path: string, signal: AbortSignal) => Promise<RawList>;
  /** Starts a watch. Resolves once the server has accepted it or `onEnd` was called; `onEnd` is called exactly once. */
  readonly watch: (
    path: string,
    query: Query,
    onEvent: (type: string, object: RawObject) => void,
    onEnd: (error?: unknown) => void,
  ) => Promise<{ readonly stop: () => void }>;
};

/** An API server whose long answers, such as a followed log, can be read while they arrive. */
export type StreamingTransport = Transport & {
  /** Yields the answer's text in chunks. Throws when the answer breaks off, the signal is aborted, or the server refuses. */
  readonly stream: (path: string, signal: AbortSignal) => AsyncIterable<string>;
};

/** An answer whose HTTP status, `statusCode`, is not a 2xx. */
class ApiError extends Error {
  override readonly name = "ApiError";
  readonly statusCode: number;
  constructor(message: string, statusCode: number) {
    super(message);
    this.statusCode = statusCode;
  }
}

/**
 * Reaches the API server of a kubeconfig's current context with that context's credentials. Where the server does not know them
 * any more, they are read anew, and the request is sent once more.
 */
export function kubernetesTransport(config: KubeConfig): StreamingTransport {
  const server = config.getCurrentCluster()?.server;
  if (!server) throw new Error("the kubeconfig's current context names no cluster");
  const credentials = keptCredentials(config);
  const send = async (method: string, path: string, signal: AbortSignal, body?: object, headers?: Sent) => {
    const sendBy = ({ context }: Proof) => {
      const dispatcher = context.getDispatcher();
      // Undici's request costs a fifth of the CPU of its fetch, and an observation asks ten times a second.
      return request(server + path, {
        method,
        headers: { ...context.getHeaders(), ...(body && { "content-type": "application/json" }), ...headers },
        signal,
        ...(body && { body: JSON.stringify(body) }),
        ...(dispatcher && { dispatcher }),
      });
    };
    const proof = await before(signal, credentials.get());
    const answer = await sendBy(proof);
    if (answer.statusCode !== UNAUTHENTICATED || !credentials.refused(proof.config)) return answer;
    await answer.body.dump();
    return sendBy(await before(signal, credentials.get()));
  };
  return {
    async request(method, path, signal = AbortSignal.timeout(REQUEST_TIMEOUT_MS), body) {
      const answer = await send(method, path, signal, body);
      const { statusCode: status, headers } = answer;
      return {
        status,
        headers: { get: (name) => firstOf(headers[name.toLowerCase()]) },
        text: await answer.body.text(),
      };
    },
    async listMetadata(path, signal) {
      // Without a resourceVersion the server reads its store, or makes sure that its cache is as new.
      const answer = await send("GET", path, signal, undefined, METADATA_ALONE);
      const list = parsed<ListedMetadata>(path, { status: answer.statusCode, text: await answer.body.text() });
      return { ...list, items: list.items ?? [] };
    },
    async *stream(path, signal) {
      const answer = await send("GET", path, signal);
      const { statusCode: status, body } = answer;
      if (!isOk(status)) throw new ApiError(`GET ${path}: ${messageOf(await body.text())}`, status);
      const decoder = new TextDecoder();
      for await (const chunk of body) yield decoder.decode(chunk, { stream: true });
    },
    async watch(path, query, onEvent, onEnd) {
      const used = credentials.config();
      const controller = await new Watch(used).watch(
        path,
        { ...query },
        onEvent,
        (error?: { statusCode?: number } | null) => {
          // Whoever watches begins again by himself, then with other credentials.
          if (error?.statusCode === UNAUTHENTICATED) credentials.refused(used);
          onEnd(error);
        },
      );
      return { stop: () => controller.abort() };
    },
  };
}

/** The result, if it comes before the signal is aborted; rejects with the signal's reason otherwise. */
async function before<T>(signal: AbortSignal, result: Promise<T>): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener("abort", abort);
  try {
    return await Promise.race([aborted, result]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

const isOk = (status: number): boolean => status >= 200 && status < 300;
const firstOf = (header: string | string[] | undefined): string | null =>
  (Array.isArray(header) ? header[0] : header) ?? null;

type Sent = Readonly<Record<string, string>>;
const METADATA_ALONE: Sent = { accept: "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1" };
/** A request that has no answer after this time fails. */
export const REQUEST_TIMEOUT_MS = 10_000;
const UNAUTHENTICATED = 401;

/**
 * Reads JSON from the API server.
 * @throws {ApiError} with the server's own message when the status is not a 2xx.
 */
export async function readJson<T>(
  transport: Pick<Transport, "request">,
  path: string,
  signal?: AbortSignal,
): Promise<T> {
  return parsed<T>(path, await transport.request("GET", path, signal));
}

function parsed<T>(path: string, { status, text }: Pick<RawAnswer, "status" | "text">): T {
  if (isOk(status)) return JSON.parse(text) as T;
  throw new ApiError(`GET ${path}: ${messageOf(text)}`, status);
}

/** The message of an answer that is a Status object; the whole text of any other answer. */
export function messageOf(text: string): string {
  try {
    return (JSON.parse(text) as { message?: string }).message ?? text;
  } catch {
    return text;
  }
}

/** A label selector as a query takes it: `app=web,tier=front`. */
export const selectorText = (labels: Readonly<Record<string, string>>): string =>
  Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(",");

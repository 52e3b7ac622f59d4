import type { Clock } from "./clock.ts";
import type { Change } from "./watch-objects.ts";
import { type RawList, type RawObject, readJson, type Transport } from "./watch-transport.ts";

/** A kind of object in a namespace to be followed, and who is told. */
export type Followed<T extends RawObject = RawObject> = {
  readonly path: string;
  readonly labelSelector?: string;
  readonly onObject: (object: T, change: Change) => void;
  /** Told before the objects that were missed; `sinceMs` is of the clock's monotonic time. */
  readonly onGap: (sinceMs: number, why: string) => void;
};

/** How a follower works. */
export type FollowOptions = {
  readonly transport: Transport;
  readonly clock: Pick<Clock, "monotonicMs" | "sleep">;
  readonly signal: AbortSignal;
};

/** A watch that is back within this time has missed nothing, and what it tells late is late by no more. */
const TOLERATED_LOSS_MS = 1_000;
/** Between two attempts to come back: the first at once. */
const WAITS_MS = [0, 250, 500, 1_000, 2_000];
const GONE = 410;

/** Why a watch is over, and whether its version can be taken up again. */
type End = { readonly why: string; readonly expired: boolean };

/**
 * Lists a kind of object, then watches it from the list's version, and comes back from the last version whenever the watch is
 * lost. Resolves after the first list with what ends when following does.
 * @throws {ApiError} when the first list is refused.
 */
export async function follow<T extends RawObject>(
  followed: Followed<T>,
  options: FollowOptions,
): Promise<{ readonly done: Promise<void> }> {
  const { transport, clock, signal } = options;
  const known = new Map<string, T>();
  let version = await list();
  return { done: keepWatching() };

  async function list(onListed?: () => void): Promise<string> {
    const { metadata, items } = await readJson<RawList>(transport, withQuery(followed.path, followed.labelSelector));
    onListed?.();
    const present = new Set(items.map((item) => item.metadata.uid));
    for (const [uid, object] of known) {
      if (present.has(uid)) continue;
      known.delete(uid);
      followed.onObject(object, "deleted");
    }
    for (const item of items as readonly T[]) {
      known.set(item.metadata.uid, item);
      followed.onObject(item, "listed");
    }
    return metadata.resourceVersion;
  }

  async function keepWatching(): Promise<void> {
    let lostAtMs: number | undefined;
    let end: End = { why: "", expired: false };
    let attempt = 0;
    const backAgain = (relisted: boolean) => {
      if (lostAtMs !== undefined && (relisted || clock.monotonicMs() - lostAtMs > TOLERATED_LOSS_MS)) {
        followed.onGap(lostAtMs, `${end.why}${relisted ? "; listed anew" : ""}`);
      }
      lostAtMs = undefined;
    };
    while (!signal.aborted) {
      const startedMs = clock.monotonicMs();
      try {
        // What happened between the lost watch and the new list is not told by anyone.
        if (end.expired) version = await list(() => backAgain(true));
        end = await watchOnce(() => backAgain(false));
      } catch (cause) {
        end = { why: (cause as Error).message, expired: end.expired };
      }
      if (signal.aborted) break;
      lostAtMs ??= clock.monotonicMs();
      // A server that ends every watch at once is not to be asked without a pause.
      if (clock.monotonicMs() - startedMs > TOLERATED_LOSS_MS) attempt = 0;
      await clock.sleep(WAITS_MS[Math.min(attempt, WAITS_MS.length - 1)] ?? 0, signal);
      attempt += 1;
    }
    if (lostAtMs !== undefined && clock.monotonicMs() - lostAtMs > TOLERATED_LOSS_MS) followed.onGap(lostAtMs, end.why);
  }

  async function watchOnce(onAccepted: () => void): Promise<End> {
    const { promise: ended, resolve } = Promise.withResolvers<End>();
    let isOver = false;
    const finish = (end: End) => {
      isOver = true;
      resolve(end);
    };
    const query = {
      resourceVersion: version,
      allowWatchBookmarks: true,
      ...(followed.labelSelector !== undefined && { labelSelector: followed.labelSelector }),
    };
    const onEvent = (type: string, object: RawObject) => {
      if (isOver || signal.aborted) return;
      if (type === "ERROR") return finish(endOf(object));
      version = object.metadata.resourceVersion;
      if (type !== "BOOKMARK") tell(type, object as T);
    };
    const { stop } = await transport.watch(followed.path, query, onEvent, (error) => finish(endOf(error)));
    if (!isOver) onAccepted();
    const abort = () => finish({ why: "stopped", expired: false });
    signal.addEventListener("abort", abort);
    if (signal.aborted) abort();
    const end = await ended;
    signal.removeEventListener("abort", abort);
    stop();
    return end;
  }

  function tell(type: string, object: T): void {
    const { uid } = object.metadata;
    if (type === "DELETED") known.delete(uid);
    else known.set(uid, object);
    followed.onObject(object, type === "ADDED" ? "added" : type === "DELETED" ? "deleted" : "modified");
  }
}

/** What the server says when it ends a watch: a Status object within it, an HTTP error before it, or nothing. */
function endOf(said: unknown): End {
  const { code, statusCode, message } = (said ?? {}) as { code?: unknown; statusCode?: unknown; message?: string };
  const expired = code === GONE || statusCode === GONE;
  return { why: expired ? `version expired (410): ${message ?? ""}` : (message ?? "closed by the server"), expired };
}

const withQuery = (path: string, labelSelector: string | undefined): string =>
  labelSelector === undefined ? path : `${path}?${new URLSearchParams({ labelSelector })}`;

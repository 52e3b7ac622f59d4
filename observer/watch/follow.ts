import { type RawList, type RawObject, REQUEST_TIMEOUT_MS, readJson, type Transport } from "../api-server.ts";
import type { Clock } from "../clock.ts";
import { ANSWER_WITHIN_MS, freshness, PROVE_EVERY_MS, TOLERATED_LOSS_MS } from "./freshness.ts";
import { type Comparison, compareToList } from "./list-comparison.ts";
import type { Change } from "./objects.ts";

/** A kind of object in a namespace to be followed, and who is told. */
export type Followed<T extends RawObject = RawObject> = {
  readonly path: string;
  readonly labelSelector?: string;
  readonly onObject: (object: T, change: Change) => void;
  /**
   * Told once the source is known to be current again, or at the end: what was told since then may have happened at any time
   * since. `sinceMs` is of the clock's monotonic time.
   */
  readonly onGap: (sinceMs: number, why: string) => void;
};

/** How a follower works. */
export type FollowOptions = {
  readonly transport: Transport;
  readonly clock: Pick<Clock, "monotonicMs" | "sleep">;
  readonly signal: AbortSignal;
};

/** Between two attempts to come back: the first at once. */
const WAITS_MS = [0, 250, 500, 1_000, 2_000];
/** Before a question that was not answered is asked again. */
const ASK_AGAIN_MS = 500;
const GONE = 410;

/** Why a watch is over, and whether only a new list helps. */
type End = { readonly why: string; readonly expired: boolean };

/**
 * Lists a kind of object, then watches it from the list's version, and comes back from the last version whenever the watch is
 * lost. Silence proves nothing: every few seconds a list of metadata is held against what the watch told, and what it cannot
 * prove is a gap. Once the signal is aborted the source is proven a last time, in at most ANSWER_WITHIN_MS + TOLERATED_LOSS_MS;
 * then the watch stops. Resolves after the first list with what ends when following does.
 * @throws {ApiError} when the first list is refused.
 */
export async function follow<T extends RawObject>(
  followed: Followed<T>,
  options: FollowOptions,
): Promise<{ readonly done: Promise<void> }> {
  const { transport, clock, signal } = options;
  const path = withQuery(followed.path, followed.labelSelector);
  const known = new Map<string, T>();
  /** Aborted after the last proof, until which the watch goes on telling. */
  const over = new AbortController();
  const fresh = freshness(clock, clock.monotonicMs(), followed.onGap);
  let comparison: Comparison | undefined;
  let end: End = { why: "", expired: false };
  let endWatch = (_end: End): void => {};
  let comeBack = (): void => {};
  let version = await list();
  return { done: Promise.all([keepWatching(), keepProving()]).then(() => fresh.ended()) };

  async function list(): Promise<string> {
    const askedMs = clock.monotonicMs();
    const { metadata, items } = await readJson<RawList>(
      transport,
      path,
      AbortSignal.any([over.signal, AbortSignal.timeout(REQUEST_TIMEOUT_MS)]),
    );
    over.signal.throwIfAborted();
    // The list is a proof of its own, and may leave out states that an older question's answer shows.
    comparison = undefined;
    const present = new Set(items.map((item) => item.metadata.uid));
    for (const object of [...known.values()]) if (!present.has(object.metadata.uid)) tell(object, "deleted");
    for (const item of items as readonly T[]) tell(item, "listed");
    fresh.proven(askedMs);
    return metadata.resourceVersion;
  }

  function tell(object: T, change: Change): void {
    const { uid, resourceVersion } = object.metadata;
    if (change === "deleted") known.delete(uid);
    else known.set(uid, object);
    comparison?.tell(uid, change === "deleted" ? undefined : resourceVersion);
    followed.onObject(object, change);
  }

  async function keepWatching(): Promise<void> {
    const untilOver = new Promise<void>((resolve) => {
      over.signal.addEventListener("abort", () => resolve(), { once: true });
    });
    let attempt = 0;
    while (!over.signal.aborted) {
      const startedMs = clock.monotonicMs();
      try {
        if (end.expired) version = (await Promise.race([list(), untilOver])) ?? version;
        if (over.signal.aborted) break;
        end = { why: "", expired: false };
        end = await watchOnce();
      } catch (cause) {
        end = { why: (cause as Error).message, expired: end.expired };
      }
      if (over.signal.aborted) break;
      fresh.lost(end.why);
      if (end.expired) fresh.expired(`${end.why}; listed anew`);
      // A server that ends every watch at once is not to be asked without a pause.
      if (clock.monotonicMs() - startedMs > TOLERATED_LOSS_MS) attempt = 0;
      const serverIsBack = new AbortController();
      comeBack = () => serverIsBack.abort();
      const waitMs = WAITS_MS[Math.min(attempt, WAITS_MS.length - 1)] ?? 0;
      await clock.sleep(waitMs, AbortSignal.any([over.signal, serverIsBack.signal]));
      attempt += 1;
    }
  }

  async function watchOnce(): Promise<End> {
    const { promise: ended, resolve } = Promise.withResolvers<End>();
    let isOver = false;
    const finish = (how: End) => {
      isOver = true;
      resolve(how);
    };
    endWatch = finish;
    const abort = () => finish({ why: "stopped", expired: false });
    over.signal.addEventListener("abort", abort);
    if (over.signal.aborted) abort();
    const query = {
      resourceVersion: version,
      allowWatchBookmarks: true,
      ...(followed.labelSelector !== undefined && { labelSelector: followed.labelSelector }),
    };
    const onEvent = (type: string, object: RawObject) => {
      if (isOver) return;
      if (type === "ERROR") return finish(endOf(object));
      version = object.metadata.resourceVersion;
      fresh.heard();
      if (type === "BOOKMARK") return;
      tell(object as T, type === "ADDED" ? "added" : type === "DELETED" ? "deleted" : "modified");
    };
    const accepted = transport.watch(followed.path, query, onEvent, (error) => finish(endOf(error)));
    try {
      // A watch that is not accepted must not keep one from starting anew.
      await Promise.race([accepted, ended]);
      if (!isOver) fresh.back();
      return await ended;
    } finally {
      over.signal.removeEventListener("abort", abort);
      endWatch = () => {};
      accepted.then(({ stop }) => stop()).catch(() => {});
    }
  }

  async function keepProving(): Promise<void> {
    let pauseMs = PROVE_EVERY_MS;
    for (;;) {
      const sleptFromMs = clock.monotonicMs();
      await clock.sleep(pauseMs, signal);
      const isLast = signal.aborted;
      const askedMs = clock.monotonicMs();
      const heldUpMs = askedMs - sleptFromMs - pauseMs;
      if (heldUpMs > TOLERATED_LOSS_MS) fresh.unanswered("the observer itself was held up");
      const isAnswered = await prove(askedMs, isLast);
      if (isLast) return over.abort();
      pauseMs = isAnswered ? Math.max(0, askedMs + PROVE_EVERY_MS - clock.monotonicMs()) : ASK_AGAIN_MS;
    }
  }

  /** Asks for a list of metadata and waits until the watch has told all that it shows; resolves with whether it was answered. */
  async function prove(askedMs: number, isLast: boolean): Promise<boolean> {
    const own = compareToList(known);
    comparison = own;
    // The last proof takes the place of one that is under way when following is to end.
    const stop = isLast ? over.signal : signal;
    fresh.asked();
    try {
      const answer = await within(ANSWER_WITHIN_MS, stop, (patience) => transport.listMetadata(path, patience));
      if (!answer) throw new Error(`no answer within ${ANSWER_WITHIN_MS / 1000} s`);
      own.answer(answer);
      const isCurrent = await within(TOLERATED_LOSS_MS, stop, () => own.caughtUp.then(() => true));
      // A list that came meanwhile has proven more.
      if (comparison !== own || stop.aborted) return true;
      if (isCurrent) fresh.proven(askedMs);
      else {
        const why = `a list shows what was not told, of ${inWords(own.untold())}`;
        fresh.disproved(isLast ? why : `${why}; listed anew`);
        if (isLast) return true;
        end = { why, expired: true };
        endWatch(end);
      }
      comeBack();
      return true;
    } catch (cause) {
      if (comparison === own && !stop.aborted) fresh.unanswered((cause as Error).message);
      return false;
    } finally {
      if (comparison === own) comparison = undefined;
    }
  }

  /** What comes within the time; undefined when it does not, or is to stop before. */
  async function within<V>(
    ms: number,
    stop: AbortSignal,
    start: (patience: AbortSignal) => Promise<V>,
  ): Promise<V | undefined> {
    const controller = new AbortController();
    const started = start(controller.signal);
    const late = clock.sleep(ms, AbortSignal.any([stop, controller.signal])).then(() => undefined);
    try {
      return await Promise.race([started, late]);
    } finally {
      controller.abort();
      started.catch(() => {});
    }
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

/** Names, as many as say enough. */
const inWords = ([first, ...others]: readonly string[]): string =>
  others.length === 0 ? `${first}` : `${first} and ${others.length} more`;

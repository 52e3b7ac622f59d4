import { type RawList, type RawObject, REQUEST_TIMEOUT_MS, readJson, type Transport } from "../api-server.ts";
import type { Clock } from "../clock.ts";
import { ANSWER_WITHIN_MS, freshness, PROVE_EVERY_MS, TOLERATED_LOSS_MS } from "./freshness.ts";
import { type Comparison, compareToList } from "./list-comparison.ts";
import type { Change } from "./objects.ts";

/*
 * Following one kind of object: list it, watch it from the list's version, and prove every 3 s that the watch told everything.
 * A watch that ends starts again from the last version that it told. Two cases need a new list: the server has forgotten
 * that version (410), or a proof shows a state that the watch did not tell. See freshness.ts for the gaps and
 * list-comparison.ts for the proof. An example; times are in ms:
 *
 *    time    what happens                                       what follows
 *         0  the list comes, at version 70                      watch from version 70
 *     2,000  the watch tells MODIFIED, version 71               the object is told
 *     3,000  a list of metadata shows what the watch told       proven current as of 3,000
 *     4,000  the watch ends, and starts again from 71 at 4,300  no gap: it was away for no more than 1 s
 *     6,000  a list of metadata shows what the watch told       proven current as of 6,000
 *     6,500  the watch ends; attempts at 6,500, 6,750 and
 *            7,250 fail, the one at 8,250 succeeds              it was away for more than 1 s: a gap begins at 6,000
 *     9,000  a list of metadata shows what the watch told       the gap ends; proven current as of 9,000
 *    10,000  the server ends the watch with 410; a new list     a gap from 9,000 to 10,030, the instant of the list's answer;
 *            is asked for at once and comes at 10,030           proven current as of 10,000, watch from the new version
 *    12,000  a list of metadata shows a pod that the watch      the proof fails at 13,000: a gap begins at 10,000, the last
 *            does not tell within 1 s                           proof; a new list is asked for, and its answer ends the gap
 */

/** A kind of object in a namespace, and the listeners to its changes. */
export type Followed<T extends RawObject = RawObject> = {
  readonly path: string;
  readonly labelSelector?: string;
  readonly onObject: (object: T, change: Change) => void;
  /**
   * Called at the end of a gap: when the source is proven current again, or when following ends. Every change told since
   * `sinceMs` (the clock's monotonic time) may have happened at any time in the gap.
   */
  readonly onGap: (sinceMs: number, why: string) => void;
};

export type FollowOptions = {
  readonly transport: Transport;
  readonly clock: Pick<Clock, "monotonicMs" | "sleep">;
  readonly signal: AbortSignal;
};

/** Pauses before the attempts to watch again: the first attempt is made at once, every one after the fifth 2 s later. */
const WAITS_MS = [0, 250, 500, 1_000, 2_000];
/** Pause before the next question when one got no answer. */
const ASK_AGAIN_MS = 500;
const GONE = 410;

/** Why a watch ended. `expired`: it cannot go on from the last version, so the objects have to be listed anew. */
type End = { readonly why: string; readonly expired: boolean };

/**
 * Lists a kind of object and watches it from the list's version; starts the watch again from the last version whenever it
 * ends. A silent watch may be a dead one, so a list of metadata is compared with what the watch told every PROVE_EVERY_MS; time
 * that no such list proves becomes a gap. When the signal is aborted, one last proof is made, which takes at most
 * ANSWER_WITHIN_MS + TOLERATED_LOSS_MS; then the watch stops. Resolves after the first list; `done` resolves when following
 * has ended.
 * @throws {ApiError} when the API server refuses the first list.
 */
export async function follow<T extends RawObject>(
  followed: Followed<T>,
  options: FollowOptions,
): Promise<{ readonly done: Promise<void> }> {
  const { transport, clock, signal } = options;
  const path = withQuery(followed.path, followed.labelSelector);
  const known = new Map<string, T>();
  /** Aborted after the last proof; the watch runs until then. */
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
    // This list proves more than a comparison that is under way, and may skip states which that comparison waits for: drop it.
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
      // A server may end every watch at once: only a watch that lasted resets the pauses.
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
      // The server may never accept this watch: then a failed proof ends the wait, so that a new one can start.
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

  /** Asks for a list of metadata, and waits until the watch has told every state in it. Resolves with whether an answer came. */
  async function prove(askedMs: number, isLast: boolean): Promise<boolean> {
    const own = compareToList(known);
    comparison = own;
    // The abort of `signal` stops a proof that is under way; the last proof, which replaces it, runs until `over`.
    const stop = isLast ? over.signal : signal;
    fresh.asked();
    try {
      const answer = await within(ANSWER_WITHIN_MS, stop, (patience) => transport.listMetadata(path, patience));
      if (!answer) throw new Error(`no answer within ${ANSWER_WITHIN_MS / 1000} s`);
      own.answer(answer);
      const isCurrent = await within(TOLERATED_LOSS_MS, stop, () => own.caughtUp.then(() => true));
      // A whole list that came meanwhile has proven more.
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

  /** The result if it comes within `ms`; undefined when it is late or `stop` is aborted first. */
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

/** Reads how the server ended a watch: by a Status object in the stream, by an HTTP error before it, or without a word. */
function endOf(said: unknown): End {
  const { code, statusCode, message } = (said ?? {}) as { code?: unknown; statusCode?: unknown; message?: string };
  const expired = code === GONE || statusCode === GONE;
  return { why: expired ? `version expired (410): ${message ?? ""}` : (message ?? "closed by the server"), expired };
}

const withQuery = (path: string, labelSelector: string | undefined): string =>
  labelSelector === undefined ? path : `${path}?${new URLSearchParams({ labelSelector })}`;

/** The first name, and the number of the others: `web-1 and 2 more`. */
const inWords = ([first, ...others]: readonly string[]): string =>
  others.length === 0 ? `${first}` : `${first} and ${others.length} more`;

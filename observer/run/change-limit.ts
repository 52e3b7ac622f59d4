/*
 * Until when a change that is not over is waited for. The user's own limit counts from the start of the change. Without one, a
 * change may take as long as its plan says from the instant at which it was seen, since a command such as `helm upgrade` with a hook
 * may work for minutes before it changes anything. An example, times in s; the patience is 660 s, the plan says 60 s:
 *
 *      0    the command starts: it may take until 660
 *    120    a workload gets another spec, the plan says 60 s: it may take until 180, and the command until 780
 *    150    another workload gets another spec, both take 90 s: until 240
 *    300    the command ends: until 335. What it did last may be told 5 s later, and the last old pod has 30 s to stop: neither
 *           `helm upgrade --wait` nor `kubectl rollout status` waits for pods that terminate
 */

/** Somebody who is to make the change is waited for so long: load goes on meanwhile, and a forgotten watch must not send it for ever. */
export const LONGEST_WAIT_HOURS = 2;
export const LONGEST_WAIT_MS = LONGEST_WAIT_HOURS * 3_600_000;
/** No change is waited for longer, whatever its plan says. */
export const LONGEST_CHANGE_MS = 7_200_000;
/** The steps before and after the change last less than this together, each until it has enough requests. */
const LONGEST_REST_MS = 300_000;
/** After the command's end the API server and the watch may tell this much later what it did last. */
const TOLD_WITHIN_MS = 5_000;

/** What is known of a change that is under way. Instants are in ms on the recording's clock. */
export type ChangeUnderWay = {
  readonly startMs: number;
  /** The user's own limit. */
  readonly timeoutMs?: number;
  /** How long a command may do nothing, and how long a change may take of which there is no plan. */
  readonly patienceMs: number;
  /** How long the pods that the change ends may take to stop. */
  readonly graceMs: number;
  /** When a workload last got another spec, or, before that, when another change was first seen; absent before any. */
  readonly seenMs?: number;
  /** How long it may take from then on by its plan; absent where there is none. */
  readonly plannedMs?: number;
  /** When the command ended; absent while it runs. Without a command it is the start. */
  readonly commandEndedMs?: number;
};

/** How long a change may take by its plan: absent where the plan has no end; and how long the pods may take to stop. */
export type PlannedTime = { readonly mostMs?: number; readonly graceMs: number };

/**
 * The change planned once more, seen at that instant. Who takes a change back has the old pods to start again, which takes no longer
 * than the change, so the longest plan counts. What has no plan, or cannot be planned just now, has its patience at least.
 */
export function plannedAgain(under: ChangeUnderWay, seenMs: number, planned: PlannedTime | undefined): ChangeUnderWay {
  const plannedMs = Math.max(planned?.mostMs ?? under.patienceMs, under.plannedMs ?? 0);
  return { ...under, seenMs, plannedMs, graceMs: Math.max(planned?.graceMs ?? 0, under.graceMs) };
}

/** The instant until which the change is waited for. */
export function limitOf(under: ChangeUnderWay): number {
  const { startMs, timeoutMs, patienceMs, graceMs, seenMs, plannedMs, commandEndedMs } = under;
  if (timeoutMs !== undefined) return startMs + timeoutMs;
  const byPlan = seenMs === undefined ? startMs + patienceMs : seenMs + (plannedMs ?? patienceMs);
  const byCommand =
    commandEndedMs === undefined ? (seenMs ?? startMs) + patienceMs : commandEndedMs + TOLD_WITHIN_MS + graceMs;
  return Math.min(Math.max(byPlan, byCommand), startMs + LONGEST_CHANGE_MS);
}

/** How long the load of a watch lasts at most; `waits`: whether somebody else makes the change. */
export const longestLoadMs = (waits: boolean): number =>
  (waits ? LONGEST_WAIT_MS : 0) + LONGEST_CHANGE_MS + LONGEST_REST_MS;

import type { Clock } from "../clock.ts";
import type { Recorder } from "../recording/recorder.ts";
import { duration } from "../words.ts";
import type { ChangeBoard } from "./change-board.ts";
import { type ChangeUnderWay, LONGEST_WAIT_MS, limitOf, type PlannedTime, plannedAgain } from "./change-limit.ts";
import { type ConductedStep, type Done, ENOUGH_LOAD_AT_MOST_MS } from "./conduct.ts";
import type { CommandEnd } from "./user-command.ts";

/*
 * The steps of a rollout that is watched, whoever drives it. The change begins when the command starts, or, without one, when
 * somebody else changes the workloads. It ends when the command has ended and the workloads have settled: a command such as
 * `kubectl rollout restart` returns long before the pods are replaced. An example, `kubectl rollout restart` of 3 pods at 100
 * requests per second, times in s:
 *
 *      0    load runs: step before, for 15 s
 *     15    step change: the command starts
 *     15.4  it ends; the API server says generation 8, the watch has told of 7
 *     15.5  the watch tells of generation 8, which the controller has not seen: the workload has not settled
 *     31.2  the last old pod is gone, 3 new ones are available
 *     33.2  it has stayed so for 2 s: the change ended at 31.2. It had 1,800 requests, which are enough; step after
 *     38.2  enough requests were sent in it as well, and 5 s have passed
 */

/** Length of the control before the change, in which nothing is done. */
export const BEFORE_MS = 15_000;
/** Workloads have settled once they have stayed so for this long: a controller may begin with the next thing only then. */
const CALM_MS = 2_000;
const LOOK_EVERY_MS = 200;
const AFTER_AT_LEAST_MS = 5_000;
/** The share of failed requests that a watch has to exclude before "no request fails" is held. */
export const AT_MOST_SHARE = 0.01;

/** The steps of a watch; the first one is the control of the others. */
export const WATCHED_STEPS = [
  { id: "before", title: "Before the change: nothing is done", kind: "before" },
  { id: "change", title: "The change", kind: "watched" },
  { id: "after", title: "After the change", kind: "watched" },
] as const;

export type WatchedChange = {
  /** Runs the command that makes the change; absent where somebody else makes it. */
  readonly command?: () => Promise<CommandEnd>;
  /** Called where nobody has made the change for LONGEST_WAIT_MS; it ends the watch. */
  readonly waitedInVain: () => void;
  readonly board: ChangeBoard;
  /** Looks at what runs, right before the change as far as that is known. */
  readonly look: () => Promise<void>;
  /**
   * The generation of each workload by its uid, as the API server has it now; empty where it may not be read. Rejects where the API
   * server does not tell: then it is asked again.
   */
  readonly generations: () => Promise<ReadonlyMap<string, number>>;
  /** The user's own limit of the change; absent where its plan says how long it may take. */
  readonly timeoutMs?: number;
  /** How long a command may do nothing, and how long a change may take of which there is no plan. */
  readonly patienceMs: number;
  /** How long the watched workloads' pods may take to stop by the specs before the change. */
  readonly graceMs: number;
  /**
   * Plans the change as its specs are now, and records that; tells how long it may take by the plan, if there is one. Called when
   * the change is first seen, and whenever a workload gets another spec after that.
   */
  readonly plan: () => Promise<PlannedTime | undefined>;
  /** Number of the requests recorded so far that were sent at that instant or later; asked for later and later instants. */
  readonly requestsSince: (fromMs: number) => number;
  /** Number of requests that the claims about a step need; 0 without such claims. */
  readonly requestsNeeded: (step: string) => number;
  readonly ratePerSecond: number;
  readonly recorder: Pick<Recorder, "nowMs">;
  readonly clock: Pick<Clock, "sleep">;
  readonly signal: AbortSignal;
};

/** What became of the change, for the exit code and the terminal. */
export type ChangeResult = {
  /** Why the command failed; absent where it did not, or where there was none. */
  readonly commandFailed?: string;
  /** Why the workloads had not settled in time; empty where they had. */
  readonly notOver: readonly string[];
  readonly nothingChanged: boolean;
};

/** Makes the three steps of a watched change; `result` is complete once they are over. */
export function watchedSteps(change: WatchedChange): {
  readonly steps: readonly ConductedStep[];
  readonly result: () => ChangeResult;
  readonly isCommandRunning: () => boolean;
  /** Resolves when the command has ended, if it runs. */
  readonly commandEnded: () => Promise<void>;
} {
  const { board, recorder, clock, signal } = change;
  const [before, during, after] = WATCHED_STEPS;
  let result: ChangeResult = { notOver: [], nothingChanged: true };
  let running: Promise<CommandEnd> | undefined;
  let isRunning = false;
  let changeFromMs = 0;
  const releases = async () => ({ releases: board.releases() });
  const nothing = async (): Promise<Done> => ({ succeeded: true });

  async function wait(): Promise<void> {
    board.mark();
    if (!change.command) await change.look();
    const fromMs = recorder.nowMs();
    await clock.sleep(BEFORE_MS, signal);
    if (change.command) {
      await loadUntilEnough(before.id, fromMs, 0);
      await change.look();
      return board.mark();
    }
    if (!(await changesInTime()) && !signal.aborted) change.waitedInVain();
  }

  /** Whether somebody changes the workloads before the longest wait is over, or the watch is interrupted. */
  async function changesInTime(): Promise<boolean> {
    const waiting = new AbortController();
    const time = clock.sleep(LONGEST_WAIT_MS, AbortSignal.any([signal, waiting.signal])).then(() => false);
    const inTime = await Promise.race([board.changed().then(() => true), time]);
    waiting.abort();
    return inTime;
  }

  async function operate(): Promise<Done> {
    const startMs = recorder.nowMs();
    changeFromMs = startMs;
    let end: CommandEnd | undefined;
    running = change.command?.();
    isRunning = running !== undefined;
    running?.then((ended) => {
      isRunning = false;
      end = ended;
    });
    const settled = await settling(change, startMs, () => !isRunning);
    const isCutOff = signal.aborted && isRunning;
    // Ctrl-C went to the command as well: it may still write down what it did.
    if (signal.aborted) await running;
    const commandFailed = end && whyFailed(end);
    result = {
      ...(commandFailed !== undefined && { commandFailed }),
      notOver: settled.reasons,
      nothingChanged: !board.hasChanged(),
    };
    const notOver = whyNotOver(settled.reasons, duration(settled.untilMs - startMs), isCutOff);
    const message = [notOver, commandFailed].filter((why) => why !== undefined).join("; ");
    const untilMs = isCutOff ? recorder.nowMs() : settled.untilMs;
    return { succeeded: message === "", ...(message !== "" && { message }), untilMs };
  }

  /**
   * Lets load go on until a step has enough requests that were sent from `fromMs` on: each step's claim is decided by itself, and
   * requests that time out are recorded long after they were sent, in a later step.
   */
  async function loadUntilEnough(step: string, fromMs: number, atLeastMs: number): Promise<void> {
    const startMs = recorder.nowMs();
    const needed = change.requestsNeeded(step);
    const isEnough = () => recorder.nowMs() - startMs >= atLeastMs && change.requestsSince(fromMs) >= needed;
    while (!signal.aborted && !isEnough() && recorder.nowMs() - startMs < ENOUGH_LOAD_AT_MOST_MS)
      await clock.sleep(LOOK_EVERY_MS, signal);
  }

  const enoughMs = (step: string): number =>
    Math.min(ENOUGH_LOAD_AT_MOST_MS, (change.requestsNeeded(step) / change.ratePerSecond) * 1000);

  return {
    steps: [
      {
        ...before,
        prepare: releases,
        operate: nothing,
        mayFail: false,
        observeMs: () => Math.max(BEFORE_MS, change.command ? enoughMs(before.id) : 0),
        observe: wait,
      },
      {
        ...during,
        prepare: releases,
        operate,
        mayFail: true,
        observeMs: () => 0,
        observe: () => loadUntilEnough(during.id, changeFromMs, 0),
      },
      {
        ...after,
        prepare: releases,
        operate: nothing,
        mayFail: false,
        observeMs: () => Math.max(AFTER_AT_LEAST_MS, enoughMs(after.id)),
        observe: () => loadUntilEnough(after.id, recorder.nowMs(), AFTER_AT_LEAST_MS),
      },
    ],
    result: () => result,
    isCommandRunning: () => isRunning,
    commandEnded: async () => {
      const end = await running;
      const commandFailed = end && whyFailed(end);
      if (commandFailed !== undefined) result = { ...result, commandFailed };
    },
  };
}

/** `isCutOff`: whether the watch was interrupted while the command ran, so that nobody looked at what came of it. */
function whyNotOver(reasons: readonly string[], after: string, isCutOff: boolean): string | undefined {
  if (isCutOff) return `interrupted after ${after}, while the command ran`;
  return reasons.length > 0 ? `not over yet after ${after}: ${reasons.join("; ")}` : undefined;
}

function whyFailed(end: CommandEnd): string | undefined {
  if ("why" in end) return `the command failed: ${end.why}`;
  return end.exitCode === 0 ? undefined : `the command ended with exit code ${end.exitCode}`;
}

/** Waits until the command has ended and the workloads have settled, or the time is up; tells when and why. */
async function settling(
  { board, generations, plan, recorder, clock, signal, timeoutMs, patienceMs, graceMs }: WatchedChange,
  startMs: number,
  commandHasEnded: () => boolean,
): Promise<{ readonly untilMs: number; readonly reasons: readonly string[] }> {
  let wanted: ReadonlyMap<string, number> | undefined;
  let under: ChangeUnderWay = { startMs, patienceMs, graceMs, ...(timeoutMs !== undefined && { timeoutMs }) };
  let planned: string | undefined;
  let calmSinceMs: number | undefined;
  for (;;) {
    if (board.hasChanged() && board.specs() !== planned) {
      planned = board.specs();
      const seenMs = recorder.nowMs();
      under = plannedAgain(under, seenMs, await plan());
    }
    const hasEnded = commandHasEnded();
    if (hasEnded) under = { commandEndedMs: recorder.nowMs(), ...under };
    if (hasEnded) wanted ??= await generations().catch(() => undefined);
    const reasons = hasEnded ? whyNotSettled(board, wanted) : ["the command still runs"];
    // After the look: what it has seen is not later than the instant that is told.
    const nowMs = recorder.nowMs();
    if (reasons.length > 0) calmSinceMs = undefined;
    else calmSinceMs ??= nowMs;
    if (calmSinceMs !== undefined && nowMs - calmSinceMs >= CALM_MS) return { untilMs: calmSinceMs, reasons: [] };
    // Who sets a limit waits until then: a rollout that was given up may still go on.
    const isGivenUp = timeoutMs === undefined && wanted && !isBehind(board, wanted) && board.isGivenUp();
    if (signal.aborted || isGivenUp || nowMs >= limitOf(under)) return { untilMs: nowMs, reasons };
    await clock.sleep(LOOK_EVERY_MS, signal);
  }
}

/** Why the change is not over; `wanted` has the generations after the command, and is absent where nobody tells them. */
function whyNotSettled(board: ChangeBoard, wanted: ReadonlyMap<string, number> | undefined): readonly string[] {
  if (!wanted) return ["the API server does not tell what is wanted of the workloads"];
  return isBehind(board, wanted) ? ["the watch has not told of the change yet"] : board.unsettled();
}

const isBehind = (board: ChangeBoard, wanted: ReadonlyMap<string, number>): boolean =>
  [...wanted].some(([uid, generation]) => (board.generationOf(uid) ?? generation) < generation);

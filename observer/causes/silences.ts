import type { Span } from "../course/span.ts";
import { smallest } from "../statistics.ts";
import { type Failure, isOnNewConnection, isUnanswered } from "./failures.ts";

/**
 * New connections to one address at which nothing is, from the first one's sending until all are given up. A node asks three times, a
 * second apart, who has the address, then gives up in one instant all that waited for it.
 */
export type Silence = Span;

/** A node asks for an address this long, as Linux does by default (mcast_solicit 3, retrans_time_ms 1000), and is this late at most. */
export const ASKED_MS = 3_000;
const LATE_MS = 450;
/** A refusal is told sooner, and waits for nothing. */
const LEAST_MS = 200;
/** What is given up together ends within this time. */
const TOGETHER_MS = 60;

/**
 * The silences that a recording's failures show, by the failures' ids. Only what is new counts, has nothing of an answer and was
 * given up by somebody other than the client. Where a connection that a pod had answered on before ended so as well, it is the server that
 * gives up after 3 s, and nothing tells the two apart.
 *
 * Example: new connections of 10.00, 10.35 and 10.40 s are all reset at 13.06 s. The first one waited for 3.06 s, so all three were
 * sent to an address that nothing has.
 */
export function silencesOf(failures: readonly Failure[]): ReadonlyMap<number, Silence> {
  const silences = new Map<number, Silence>();
  if (failures.some(wasGivenUpByServer)) return silences;
  let together: Failure[] = [];
  const close = () => {
    const fromMs = smallest(together.map(({ sentMs }) => sentMs));
    const untilMs = together[0]?.endMs ?? fromMs;
    if (isAsLongAsAsked(untilMs - fromMs)) for (const { id } of together) silences.set(id, { fromMs, untilMs });
    together = [];
  };
  for (const failure of failures.filter(isGivenUp).toSorted((one, other) => one.endMs - other.endMs)) {
    const [first] = together;
    if (first && failure.endMs - first.endMs > TOGETHER_MS) close();
    together.push(failure);
  }
  if (together.length > 0) close();
  return silences;
}

const isGivenUp = (failure: Failure): boolean =>
  isOnNewConnection(failure) && !failure.timedOut && (failure.lifeMs >= LEAST_MS || failure.error === "EHOSTUNREACH");

const isAsLongAsAsked = (ms: number): boolean => ms >= ASKED_MS && ms <= ASKED_MS + LATE_MS;

const wasGivenUpByServer = (failure: Failure): boolean =>
  isUnanswered(failure) &&
  failure.reached !== "answer" &&
  !isOnNewConnection(failure) &&
  !failure.timedOut &&
  isAsLongAsAsked(failure.lifeMs);

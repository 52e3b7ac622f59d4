import { seededRandom, shuffled } from "../seeded-random.ts";
import { type ComparedRun, nameOf, type Place } from "./compared-run.ts";

/** How often a place is filled at most: a starved run is repeated once, then left out. */
export const MOST_ATTEMPTS = 2;

/** What a comparison compares: how often, and in which order by chance. */
export type RoundsWanted = {
  readonly strategies: readonly string[];
  /** The number of rounds; each has one run of every strategy. */
  readonly repeat: number;
  /** Decides the order of the runs in each round. */
  readonly seed: number;
};

/**
 * The rounds of a comparison. Each has every strategy once, in an order of its own, so that a machine that warms up, tires or gets
 * busier favours none. From two rounds on the first strategy runs twice in each, the second time as the control: what differs between
 * two runs of the same strategy is noise.
 *
 * Example: two rounds of rolling and canary may be canary, rolling again, rolling; then rolling, rolling again, canary.
 */
export function roundsOf({ strategies, repeat, seed }: RoundsWanted): readonly (readonly Place[])[] {
  const random = seededRandom(seed);
  const [first] = strategies;
  return Array.from({ length: repeat }, (_, index): Place[] => {
    const round = index + 1;
    const all = strategies.map((strategy): Place => ({ round, strategy, isControl: false }));
    if (repeat > 1 && first !== undefined) all.push({ round, strategy: first, isControl: true });
    return shuffled(all, random);
  });
}

/** The next run: its place, the number of the attempt (from 1), and the places that come after it if none is repeated. */
export type NextRun = { readonly place: Place; readonly attempt: number; readonly later: readonly Place[] };

/**
 * Says which run is next, given those that are done; undefined where all are. What is left out is repeated at the end of its round,
 * as long as the place has attempts left. A rollout that failed is not repeated: whoever did so until it goes well would find that
 * no strategy fails. Since only the runs that are done decide it, an interrupted comparison goes on with them.
 *
 * Example: in round 1 rolling was starved, and canary was not: rolling is next again, attempt 2. If that is starved as well,
 * round 2 begins.
 */
export function nextRun(
  rounds: readonly (readonly Place[])[],
  done: readonly Pick<ComparedRun, "round" | "strategy" | "isControl" | "leftOut">[],
): NextRun | undefined {
  const runsAt = (place: Place) => done.filter((run) => run.round === place.round && nameOf(run) === nameOf(place));
  const open = rounds.flatMap((places) => {
    const attempts = places.map((place) => ({ place, runs: runsAt(place) }));
    const first = attempts.filter(({ runs }) => runs.length === 0);
    const again = attempts.filter(
      ({ runs }) =>
        runs.length > 0 && runs.length < MOST_ATTEMPTS && runs.every(({ leftOut }) => leftOut !== undefined),
    );
    return [...first, ...again];
  });
  const [next, ...later] = open;
  return next && { place: next.place, attempt: next.runs.length + 1, later: later.map(({ place }) => place) };
}

import type { Happening, OwnerSeen, PodSeen } from "../events.ts";
import { isGivenUp, unsettled } from "../settling.ts";
import { keepLatest } from "../watch/objects.ts";
import type { WorkloadName } from "../watch/ownership.ts";

/** Knows from what is recorded whether anybody changes the watched workloads, and whether they have settled since. */
export type ChangeBoard = {
  readonly see: (happening: Happening) => void;
  /** Takes the present state for the one before the change. */
  readonly mark: () => void;
  /** Whether a spec, the set of templates or the set of pods differs from the marked state, or a pod terminates. */
  readonly hasChanged: () => boolean;
  /** What is wanted of the watched workloads, as a text that differs whenever one of them gets another spec. */
  readonly specs: () => string;
  /** Resolves as soon as `hasChanged`. */
  readonly changed: () => Promise<void>;
  /** Why the workloads have not settled; empty once they have. See settling.ts. */
  readonly unsettled: () => readonly string[];
  /**
   * Whether nobody waits for the watched workloads any more: the controllers of some have given up their rollouts of the present
   * specs, and all others have settled.
   */
  readonly isGivenUp: () => boolean;
  /** The generation of an owner that the watch has told; undefined where it has told of none. */
  readonly generationOf: (uid: string) => number | undefined;
  /** Releases of the pods that are there and not terminating, each once. */
  readonly releases: () => readonly string[];
};

/** `workloads` are the watched ones; the board also sees the ReplicaSets that their controllers make and scale. */
export function changeBoard(workloads: readonly WorkloadName[]): ChangeBoard {
  const owners = new Map<string, OwnerSeen>();
  const pods = new Map<string, PodSeen>();
  const givenUp = new Set<string>();
  let marked: string | undefined;
  let waiting = Promise.withResolvers<void>();

  /** What only a change of the workloads changes: their specs, and which pods stay. */
  const state = (): string =>
    JSON.stringify([
      generations([...owners.values()]),
      staying()
        .map(({ uid }) => uid)
        .sort(),
    ]);
  const isWatched = (owner: OwnerSeen) =>
    workloads.some(({ kind, name }) => kind === owner.kind && name === owner.name);
  const staying = () => [...pods.values()].filter(({ deletionAtMs }) => deletionAtMs === undefined);
  const hasChanged = () => marked !== undefined && state() !== marked;

  /**
   * A controller that had given up the rollout before may say so of the next one until that moves on, as where somebody takes the
   * change back: it counts once it says so anew.
   */
  function noteGivenUp(owner: OwnerSeen): void {
    const last = owners.get(owner.uid);
    if (!isGivenUp(owner) || last?.generation !== owner.generation) givenUp.delete(owner.uid);
    else if (!isGivenUp(last)) givenUp.add(owner.uid);
  }

  return {
    see(happening) {
      if (happening.type === "owner") {
        noteGivenUp(happening);
        keepLatest(owners, happening);
      } else if (happening.type === "pod") keepLatest(pods, happening);
      else return;
      if (hasChanged()) waiting.resolve();
    },
    mark() {
      marked = state();
      waiting = Promise.withResolvers();
    },
    hasChanged,
    specs: () => JSON.stringify(generations([...owners.values()].filter(isWatched))),
    changed: () => waiting.promise,
    unsettled: () => unsettled({ owners: owners.values(), pods: pods.values() }),
    isGivenUp: () => {
      const left = [...owners.values()].filter(
        (owner) => isWatched(owner) && unsettled({ owners: [owner], pods: [] }).length > 0,
      );
      return left.length > 0 && left.every(({ uid }) => givenUp.has(uid));
    },
    generationOf: (uid) => owners.get(uid)?.generation,
    releases: () => [...new Set(staying().map(({ release }) => release))],
  };
}

const generations = (owners: readonly OwnerSeen[]) =>
  owners.map(({ uid, generation }) => [uid, generation]).sort(byText);

const byText = (one: readonly unknown[], other: readonly unknown[]): number =>
  String(one[0]).localeCompare(String(other[0]));

import type { RawList, RawObject } from "../api-server.ts";

/** What is known of an object: its resourceVersion, or that it is not there. */
type State = string | typeof ABSENT;
const ABSENT = Symbol("absent");

/** What a watch tells, held against a list that was asked for when the comparison began. */
export type Comparison = {
  /** Takes down what the watch tells meanwhile; without a version the object is gone. */
  readonly tell: (uid: string, version?: string) => void;
  /** Takes the list's answer. */
  readonly answer: (list: RawList) => void;
  /** Resolves once the watch has told every state that the list shows. */
  readonly caughtUp: Promise<void>;
  /** Names of the objects whose state in the list the watch has not told. */
  readonly untold: () => readonly string[];
};

/**
 * Begins a comparison. The list shows the cluster at one instant between question and answer, so a current watch has told of
 * every object the very state that the list shows: as its last before the question, or since. Events on their way may come
 * after the answer. Versions are compared for being equal only: their order is the server's own matter.
 */
export function compareToList(known: ReadonlyMap<string, RawObject>): Comparison {
  const told = new Map<string, Set<State>>();
  const names = new Map<string, string>();
  for (const [uid, { metadata }] of known) {
    told.set(uid, new Set([metadata.resourceVersion]));
    names.set(uid, metadata.name);
  }
  const untold = new Map<string, State>();
  const { promise: caughtUp, resolve } = Promise.withResolvers<void>();
  return {
    tell(uid, version) {
      const state = version ?? ABSENT;
      const states = told.get(uid);
      if (states) states.add(state);
      else told.set(uid, new Set([ABSENT, state]));
      if (untold.get(uid) !== state) return;
      untold.delete(uid);
      if (untold.size === 0) resolve();
    },
    answer({ items }) {
      const listed = new Map(items.map(({ metadata }) => [metadata.uid, metadata]));
      for (const [uid, { name, resourceVersion }] of listed) {
        names.set(uid, name);
        if (!told.get(uid)?.has(resourceVersion)) untold.set(uid, resourceVersion);
      }
      for (const [uid, states] of told) if (!listed.has(uid) && !states.has(ABSENT)) untold.set(uid, ABSENT);
      if (untold.size === 0) resolve();
    },
    caughtUp,
    untold: () => [...untold.keys()].map((uid) => names.get(uid) ?? uid),
  };
}

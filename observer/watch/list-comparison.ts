import type { RawList, RawObject } from "../api-server.ts";

/*
 * The proof that a watch is current: a list, compared with what the watch tells. The list shows the cluster at one instant
 * between question and answer. A current watch has told exactly those states: as an object's last state before the question, or
 * since. An example; each object has its resourceVersion:
 *
 *   what happens                              states told                                     untold
 *   the list is asked for                     web-1: 5        web-2: 6
 *   the watch tells web-1 at 8                web-1: 5 or 8   web-2: 6
 *   the list comes: web-1 5, web-2 7, web-3 9                                                 web-2 at 7, web-3 at 9
 *   the watch tells web-2 at 7                web-1: 5 or 8   web-2: 6 or 7                   web-3 at 9
 *   the watch tells web-3 at 9                … and web-3: absent or 9                        none: the watch has caught up
 *
 * Versions are compared for equality only, because their order is the server's own matter. An object that the list leaves out
 * has to be told as deleted.
 */

/** A state of an object: its resourceVersion, or ABSENT. */
type State = string | typeof ABSENT;
const ABSENT = Symbol("absent");

/** One list, asked for when the comparison begins, compared with what the watch tells. */
export type Comparison = {
  /** Notes a state that the watch tells; without a version the object was deleted. */
  readonly tell: (uid: string, version?: string) => void;
  readonly answer: (list: RawList) => void;
  /** Resolves once the list has come and the watch has told every state that it shows. */
  readonly caughtUp: Promise<void>;
  /** Names of the objects whose state in the list the watch has not told. */
  readonly untold: () => readonly string[];
};

/**
 * Begins a comparison; call it before the list is asked for. `known` has the last state of each object, by uid. The watch's
 * events may come before or after the list's answer.
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

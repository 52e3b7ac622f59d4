import type { KubernetesEvent } from "../events.ts";

/*
 * Which Events of a namespace are told. A namespace may hold objects of others, and the message of an Event may say of them what
 * is nobody's business here: only Events about objects that are ours are told. Events and objects come by separate watches, so an
 * Event may come before its object is known to be ours: it waits, and is told right after that. An example:
 *
 *   what comes                         what is told
 *   Event 1 about pod a                nothing: a is not known
 *   Event 2 about the Job b            nothing
 *   pod a, which is ours               Event 1
 *   Event 3 about pod a                Event 3
 *   500 Events about others            nothing; the oldest of those that wait, Event 2, is forgotten
 */

export type OwnEvents = {
  /** Takes an Event, and the uid of the object that it is about. */
  readonly hear: (uid: string, event: KubernetesEvent) => void;
  /** Takes the uid of an object that is ours. */
  readonly own: (uid: string) => void;
};

/** So many Events wait at most: enough for the few milliseconds between an Event and its object, even in a busy namespace. */
const MOST_WAITING = 500;

/** Sorts Events; those of ours go to `tell`, in their order for each object. */
export function ownEvents(tell: (event: KubernetesEvent) => void, mostWaiting = MOST_WAITING): OwnEvents {
  const ours = new Set<string>();
  const waiting: { readonly uid: string; readonly event: KubernetesEvent }[] = [];
  return {
    hear(uid, event) {
      if (ours.has(uid)) return tell(event);
      waiting.push({ uid, event });
      if (waiting.length > mostWaiting) waiting.shift();
    },
    own(uid) {
      if (ours.has(uid)) return;
      ours.add(uid);
      const found = waiting.filter((one) => one.uid === uid);
      if (found.length === 0) return;
      waiting.splice(0, waiting.length, ...waiting.filter((one) => one.uid !== uid));
      for (const { event } of found) tell(event);
    },
  };
}

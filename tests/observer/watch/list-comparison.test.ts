import { expect, test } from "vitest";
import type { RawObject } from "../../../observer/api-server.ts";
import { compareToList } from "../../../observer/watch/list-comparison.ts";

const object = (name: string, resourceVersion: string): RawObject => ({
  metadata: { uid: `uid-${name}`, name, resourceVersion },
});
const knownOf = (objects: readonly RawObject[]) => new Map(objects.map((one) => [one.metadata.uid, one]));

/** States as text: `a3` is object a at version 3, `-a` a deleted object. */
type States = readonly string[];
const parsed = (state: string) => ({ name: state[0] ?? "", version: state.slice(1) });
const objectsOf = (states: States) => states.map(parsed).map(({ name, version }) => object(name, version));

function compare(known: States, toldBefore: States, listed: States, toldAfter: States) {
  const comparison = compareToList(knownOf(objectsOf(known)));
  const tell = (state: string) => {
    if (state.startsWith("-")) comparison.tell(`uid-${state.slice(1)}`);
    else comparison.tell(`uid-${parsed(state).name}`, parsed(state).version);
  };
  for (const state of toldBefore) tell(state);
  comparison.answer({ metadata: { resourceVersion: "99" }, items: objectsOf(listed) });
  for (const state of toldAfter) tell(state);
  return comparison;
}

test.each<[string, States, States, States, States]>([
  ["nothing is there", [], [], [], []],
  ["all is as it was told", ["a1", "b2"], [], ["b2", "a1"], []],
  ["the list is older than what was told since the question", ["a1", "b2"], ["a3", "-b", "c4"], ["a1", "b2"], []],
  ["the list falls between two changes", ["a1"], ["a2", "a3"], ["a2"], []],
  ["something came and went since the question", ["a1"], ["c2", "-c"], ["a1"], []],
  ["the list shows what came and has gone since", ["a1"], ["c2", "-c"], ["a1", "c2"], []],
  ["a change is told after the answer", ["a1"], [], ["a2"], ["a2"]],
  ["several changes are, of which the list shows the first", ["a1"], [], ["a2"], ["a2", "a3"]],
  ["a new object is", [], [], ["a1"], ["a1", "-a"]],
  ["a deletion is", ["a1"], [], [], ["-a"]],
])("a watch is current where %s", async (_what, ...states) => {
  const comparison = compare(...states);
  expect(comparison.untold()).toEqual([]);
  await comparison.caughtUp;
});

test.each<[string, States, States, States, States, States]>([
  ["has told no change that the list shows", ["a1"], [], ["a2"], [], ["a"]],
  ["has told another change than the list shows", ["a1"], ["a2"], ["a3"], ["a4"], ["a"]],
  ["has told of an object that the list has not", ["a1", "b1"], ["b2"], [], [], ["a", "b"]],
  ["has not told of one that the list has", ["a1"], ["b2"], ["a1", "b2", "c3"], ["b4"], ["c"]],
  ["has caught up with one object but not with another", ["a1", "b1"], [], ["a2"], ["a2"], ["b"]],
])("a watch is behind where it %s", async (_what, known, before, listed, after, untold) => {
  const comparison = compare(known, before, listed, after);
  expect(comparison.untold()).toEqual(untold);
  let isCurrent = false;
  void comparison.caughtUp.then(() => {
    isCurrent = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(isCurrent).toBe(false);
});

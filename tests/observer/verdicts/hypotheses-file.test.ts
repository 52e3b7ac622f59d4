import { describe, expect, test } from "vitest";
import { besideDefaults, parseHypotheses } from "../../../observer/verdicts/hypotheses-file.ts";

const read = (text: string) => parseHypotheses(text, "own.yaml", ["before", "change", "after"]);

describe("hypotheses of one's own", () => {
  test("may be written with or without id and claim", () => {
    const text = `
defaults: false
hypotheses:
  - kind: ready-at-least
    step: change
    pods: 2
    claim: Two pods are always Ready
    id: two-ready
  - { kind: pods-at-most, step: change, pods: 4 }
  - kind: not-served-before-ready
`;
    expect(read(text)).toEqual({
      defaults: false,
      hypotheses: [
        { id: "two-ready", claim: "Two pods are always Ready", kind: "ready-at-least", step: "change", pods: 2 },
        {
          id: "pods-at-most-change",
          claim: "Pods at most: step change, pods 4",
          kind: "pods-at-most",
          step: "change",
          pods: 4,
        },
        { id: "not-served-before-ready", claim: "Not served before ready", kind: "not-served-before-ready" },
      ],
    });
  });

  test("may be a list alone, in JSON", () => {
    const { defaults, hypotheses } = read('[{"kind": "no-restarts", "step": "after"}]');
    expect([defaults, hypotheses.length]).toEqual([true, 1]);
  });

  test.each([
    ["", "own.yaml: /: got nothing, allowed: an object with the keys defaults and hypotheses"],
    ["[]", "own.yaml: /hypotheses: got a list, allowed: a list of at least 1"],
    ["[5]", "own.yaml: /hypotheses/0: got 5, allowed: an object"],
    ["[{step: change}]", "own.yaml: /hypotheses/0/kind: got nothing, allowed: pods-ready, image-not-pulled,"],
    ["[{kind: ready-atleast}]", 'own.yaml: /hypotheses/0/kind: got "ready-atleast", allowed: '],
    ["[{kind: ready-atleast}]", "Did you mean ready-at-least?"],
    [
      "[{kind: pods-ready, step: change, withinMs: 5}]",
      "own.yaml: /hypotheses/0/pods: got nothing, allowed: a whole number of at least 0",
    ],
    [
      "[{kind: ready-at-least, step: change, pods: -1}]",
      "own.yaml: /hypotheses/0/pods: got -1, allowed: a whole number of at least 0",
    ],
    [
      "[{kind: ready-at-least, step: roll, pods: 2}]",
      'own.yaml: /hypotheses/0/step: got "roll", allowed: before, change, after',
    ],
    [
      "[{kind: no-restarts, step: change, pod: 2}]",
      "own.yaml: /hypotheses/0/pod: got a key that does not exist, allowed: kind, id, claim and step",
    ],
    [
      "{hypotheses: [{kind: no-restarts, step: after}], default: true}",
      "own.yaml: /default: got a key that does not exist",
    ],
    [
      "[{kind: no-restarts, step: after}, {kind: no-restarts, step: after}]",
      'own.yaml: /hypotheses/1/id: got "no-restarts-after", which is that of another one',
    ],
    ["a:\n  - [", "own.yaml: got text that is neither YAML nor JSON (line 2: Flow sequence"],
    [
      "- kind: no-restarts\n  step: *any",
      "(line 2: the alias *any has no anchor before it); allowed: hypotheses. Put text that begins with * in quotes.",
    ],
  ])("as %s are refused", (text, message) => {
    expect(() => read(text)).toThrow(message);
  });

  test("take the place of defaults of the same id", () => {
    const [one, other] = read("[{kind: no-restarts, step: after}, {kind: no-restarts, step: change}]").hypotheses;
    if (!one || !other) throw new Error("both were read");
    const own = { hypotheses: [{ ...one, claim: "Mine" }], defaults: true };
    expect(besideDefaults(own, [one, other]).map(({ claim }) => claim)).toEqual([other.claim, "Mine"]);
    expect(besideDefaults({ ...own, defaults: false }, [one, other])).toEqual(own.hypotheses);
  });
});

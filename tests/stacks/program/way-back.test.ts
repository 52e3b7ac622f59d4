import { expect, test } from "vitest";
import { wayBackText } from "../../../stacks/program/way-back.ts";
import { NOTHING } from "../../plan/support/live.ts";
import { liveStack, planStack } from "../../plan/support/stack.ts";
import { sampleConfig } from "../support/sample.ts";

type Values = Readonly<Record<string, string>>;

/** What an `up` by hand says of the way back, from a stack that is up under some values to others. */
const said = (stack: string, before: Values | undefined, wanted: Values) => {
  const { rollouts } = planStack(stack, wanted, before ? liveStack(stack, before) : NOTHING);
  return wayBackText(sampleConfig(stack, wanted), rollouts);
};

test.each([
  ["rolling", { release: "v2" }, { release: "v3-broken" }, "-c release=v2"],
  ["pod", { release: "v1" }, { release: "v3-broken" }, "-c release=v1"],
  ["recreate", { release: "v2" }, { release: "v3-broken" }, "-c release=v2"],
  ["helm", { release: "v1" }, { release: "v3-broken" }, "-c release=v1"],
  [
    "switch",
    { blueRelease: "v1", greenRelease: "v2" },
    { blueRelease: "v1", greenRelease: "v3-broken" },
    "-c greenRelease=v2",
  ],
])("of %s the setting that asks for the broken release asks for the one that runs", (stack, before, wanted, config) => {
  expect(said(stack, before, wanted)).toBe(`The way back from v3-broken: pulumi up --yes --stack ${stack} ${config}`);
});

test("nothing is said where all pods get ready, nor where there is no way back", () => {
  expect(said("rolling", { release: "v1" }, { release: "v2" })).toBeUndefined();
  expect(said("rolling", { release: "v3-broken" }, { release: "v2" })).toBeUndefined();
  expect(said("rolling", undefined, { release: "v3-broken" })).toBeUndefined();
});

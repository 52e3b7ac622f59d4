import { expect, test } from "vitest";
import { testProfile } from "../../../cli/commands/test.ts";

test.each([
  ["a new one", undefined, undefined],
  ["one that the lab made", { madeByLab: ["lab2"] }, { name: "lab2", looksLabMade: false }],
  ["one of an earlier version of the lab", {}, { name: "lab2", looksLabMade: true }],
  ["one of an earlier version, whose state is gone", undefined, { name: "lab2", looksLabMade: true }],
])("the tests take the remembered profile, if it is %s", (_which, state, found) => {
  expect(testProfile("lab2", state, found)).toEqual({ name: "lab2", isChosen: false });
});

test.each([
  ["before the lab was set up", undefined],
  ["beside one that the lab made", { madeByLab: ["other"] }],
])("a profile that somebody else made %s is not deleted by the tests", (_when, state) => {
  const found = { name: "lab2", looksLabMade: false };
  expect(testProfile("lab2", state, found)).toEqual({ name: "online-inference", isChosen: true });
});

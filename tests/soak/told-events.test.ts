import { expect, test } from "vitest";
import type { PodSeen } from "../../observer/events.ts";
import { endpoints, pod } from "../observer/support/cause-scene.ts";
import { agreement, type ToldEvent, toldEvent } from "./told-events.ts";

const recorded = (change: PodSeen["change"], resourceVersion: string) => pod("a", { change, resourceVersion });
const told = (type: string, resourceVersion: string): ToldEvent => ({ type, name: "a", resourceVersion });

test("a line of kubectl is an event, and a warning or half a line is none", () => {
  expect(toldEvent("MODIFIED web-1 17519")).toEqual({ type: "MODIFIED", name: "web-1", resourceVersion: "17519" });
  expect(toldEvent("Warning: something")).toBeUndefined();
  expect(toldEvent("MODIFIED web-1")).toBeUndefined();
});

test("two watches agree on what both told while the recording ran", () => {
  const ours = [recorded("listed", "10"), recorded("modified", "12"), recorded("deleted", "15")];
  const theirs = [told("ADDED", "9"), told("ADDED", "10"), told("MODIFIED", "12"), told("DELETED", "15")];
  expect(agreement(ours, [...theirs, told("ADDED", "20")])).toEqual({ both: 2, onlyRecorded: [], onlyTold: [] });
});

test("an event that only one of them told is named, and so is one of another kind", () => {
  const ours = [recorded("added", "10"), recorded("modified", "12"), recorded("deleted", "15")];
  const theirs = [told("ADDED", "10"), told("MODIFIED", "11"), told("ADDED", "12"), told("DELETED", "15")];
  expect(agreement(ours, theirs)).toEqual({
    both: 2,
    onlyRecorded: ["modified a 12"],
    onlyTold: ["modified a 11", "added a 12"],
  });
});

test("events that came after the recording's watch of pods had stopped are missing", () => {
  const ours = [recorded("added", "10"), { ...endpoints([]), resourceVersion: "16" }];
  const theirs = [told("ADDED", "10"), told("DELETED", "15"), told("ADDED", "20")];
  expect(agreement(ours, theirs)).toEqual({ both: 1, onlyRecorded: [], onlyTold: ["deleted a 15"] });
});

import { expect, test } from "vitest";
import type { KubernetesEvent } from "../../../observer/events.ts";
import { ownEvents } from "../../../observer/watch/own-events.ts";

const event = (reason: string): KubernetesEvent => ({
  type: "kubernetes-event",
  reason,
  message: "",
  severity: "Normal",
  count: 1,
  about: "Pod/a",
  firstAtMs: 0,
  lastAtMs: 0,
});

function heard(mostWaiting?: number) {
  const told: string[] = [];
  return { told, ...ownEvents(({ reason }) => told.push(reason), mostWaiting) };
}

test("Events of our objects alone are told, also those that came before their object", () => {
  const { told, hear, own } = heard();
  hear("a", event("1"));
  hear("b", event("2"));
  expect(told).toEqual([]);
  own("a");
  own("a");
  hear("a", event("3"));
  hear("b", event("4"));
  expect(told).toEqual(["1", "3"]);
});

test("Events wait in their order, and only so many", () => {
  const { told, hear, own } = heard(3);
  for (const [uid, reason] of [
    ["a", "1"],
    ["a", "2"],
    ["b", "3"],
    ["a", "4"],
  ] as const) {
    hear(uid, event(reason));
  }
  own("a");
  expect(told).toEqual(["2", "4"]);
  own("b");
  expect(told).toEqual(["2", "4", "3"]);
});

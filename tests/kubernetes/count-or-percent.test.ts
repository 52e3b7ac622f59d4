import { expect, test } from "vitest";
import { roomOf } from "../../kubernetes/count-or-percent.ts";

test.each([
  ["4", "2", 6, { surge: 4, unavailable: 2 }],
  ["100%", "0", 6, { surge: 6, unavailable: 0 }],
  ["25%", "25%", 6, { surge: 2, unavailable: 1 }],
  ["1%", "99%", 3, { surge: 1, unavailable: 2 }],
  ["10%", "10%", 1, { surge: 1, unavailable: 0 }],
])("surge %s and unavailable %s of %i pods", (maxSurge, maxUnavailable, replicas, room) => {
  expect(roomOf({ maxSurge, maxUnavailable }, replicas)).toEqual(room);
});

test("where rounding leaves nothing to move, one pod may be unavailable", () => {
  expect(roomOf({ maxSurge: 0, maxUnavailable: "10%" }, 6)).toEqual({ surge: 0, unavailable: 1 });
});

test("what is not said is a quarter, as in Kubernetes", () => {
  expect(roomOf({}, 6)).toEqual({ surge: 2, unavailable: 1 });
});

import { expect, it } from "vitest";
import { exceededLimit } from "../../../service/src/bodies/json-limits.ts";

const LIMITS = { containers: 50, members: 100, texts: 200 };
const list = (count: number, item: string) => `[${Array.from({ length: count }, () => item).join(",")}]`;
const names = (count: number) => Array.from({ length: count }, (_, index) => `"name-${index}":1`).join(",");

it.each([
  ["objects", list(50, "{}"), list(49, "{}")],
  ["lists", list(50, "[]"), list(49, "[]")],
  ["both", list(25, "[{}]"), list(24, "[{}]")],
  ["deep lists", "[".repeat(51) + "]".repeat(51), "[".repeat(50) + "]".repeat(50)],
  ["lists that do not end", "[".repeat(101), "[".repeat(50)],
])("counts %s", (_, above, below) => {
  expect([exceededLimit(above, LIMITS), exceededLimit(below, LIMITS)]).toEqual(["containers", undefined]);
});

it("counts members, in one object or in many", () => {
  expect([exceededLimit(`{${names(101)}}`, LIMITS), exceededLimit(`{${names(100)}}`, LIMITS)]).toEqual([
    "members",
    undefined,
  ]);
  expect(exceededLimit(list(21, `{${names(5)}}`), LIMITS)).toBe("members");
});

it("counts texts", () => {
  expect([exceededLimit(list(201, '"text-1"'), LIMITS), exceededLimit(list(200, '"text-1"'), LIMITS)]).toEqual([
    "texts",
    undefined,
  ]);
});

it("lets numbers be, however many", () => {
  expect(exceededLimit(list(100_000, "1"), LIMITS)).toBeUndefined();
});

it("holds for whatever a parser makes of JSON", () => {
  // What is made of `{}` or `[]` costs the most for its length.
  for (const limit of [1, 10, 1_000]) {
    for (const item of ["{}", "[]", '{"a":{}}']) {
      const json = list(limit, item);
      expect(exceededLimit(json, { containers: limit, members: 1e6, texts: 1e6 })).toBe("containers");
    }
  }
});

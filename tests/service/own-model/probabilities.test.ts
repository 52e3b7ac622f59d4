import { expect, it } from "vitest";
import { roundIn, secondsOf } from "../../../service/src/probabilities.ts";

it("takes back what rounding has put outside, and nothing else", () => {
  const { NaN: none, POSITIVE_INFINITY: endless } = Number;
  const given = Float32Array.of(0, 0.3, 1, 1.000_000_1, -0.000_000_1, 1.1, -0.1, none, endless);
  const wanted = Float32Array.of(0, 0.3, 1, 1, 0, 1.1, -0.1, none, endless);
  expect(roundIn(given)).toEqual(wanted);
});

it("takes the second of each two, of the rows that were asked for", () => {
  expect(secondsOf(Float32Array.of(0.9, 0.1, 0.25, 0.75, 0.5, 0.5), 2)).toEqual(Float32Array.of(0.1, 0.75));
});

import { expect, it } from "vitest";
import { readFlags } from "../../bench/flags.ts";

const names = ["ours", "node-http", "bentoml"];

it("takes everything, five rounds, by default", () => {
  expect(readFlags([], names)).toEqual({ peers: names, rounds: 5, quick: false, docs: false });
});

it("keeps the peers' own order, and takes one round when quick unless told otherwise", () => {
  expect(readFlags(["--peers", "bentoml,ours", "--quick"], names)).toMatchObject({
    peers: ["ours", "bentoml"],
    rounds: 1,
    quick: true,
  });
  expect(readFlags(["--quick", "--rounds", "7", "--docs"], names)).toMatchObject({ rounds: 7, docs: true });
});

it.each([
  [["--peers", "ours,nginx"], 'no peer "nginx"; allowed: ours, node-http, bentoml.'],
  [["--peers", ""], 'no peer ""; allowed'],
  [["--rounds", "0"], '--rounds is "0"; allowed: 1 to 50.'],
  [["--rounds", "many"], '--rounds is "many"'],
  [["--fast"], "--fast"],
  [["ours"], "ours"],
])("refuses %j in one line", (args, message) => {
  expect(() => readFlags(args, names)).toThrow(message);
  expect(() => readFlags(args, names)).toThrow("npm run bench --");
});

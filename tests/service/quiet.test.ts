import { EventEmitter } from "node:events";
import { expect, it } from "vitest";
import { quiet } from "../../service/src/quiet.ts";

/** Of how many turns of the event loop it lets pass, each of which takes `turnMs`, while something comes in the first `busy`. */
async function turnsOf(busy: number, turnMs: number): Promise<number> {
  const server = new EventEmitter();
  let turns = 0;
  let over = false;
  const turn = () => {
    if (over) return;
    turns += 1;
    if (turns <= busy) server.emit(turns % 2 === 0 ? "connection" : "request");
    setImmediate(turn);
  };
  setImmediate(turn);
  await quiet(server, 500, () => turns * turnMs);
  over = true;
  expect(server.eventNames()).toEqual([]);
  return turns;
}

it("waits for three turns in which nothing comes", async () => {
  expect(await turnsOf(0, 1)).toBe(3);
  expect(await turnsOf(100, 1)).toBe(103);
});

it("is over after its time, however long a turn takes", async () => {
  expect(await turnsOf(Number.POSITIVE_INFINITY, 1)).toBe(500);
  expect(await turnsOf(Number.POSITIVE_INFINITY, 100)).toBe(5);
});

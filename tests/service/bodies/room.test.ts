import { expect, it } from "vitest";
import { BodyMemory } from "../../../service/src/bodies/body-memory.ts";
import { createRoom } from "../../../service/src/bodies/room.ts";

it("gives what is left, and no byte more", () => {
  const room = createRoom(10);
  expect([room.take(4), room.take(7), room.take(6), room.take(1)]).toEqual([true, false, true, false]);
  expect(room.takenBytes).toBe(10);
  room.give(4);
  expect([room.take(5), room.take(4)]).toEqual([false, true]);
});

it("holds as much for a body as the body is long, and gives it back once", () => {
  const room = createRoom(200_000);
  const memory = new BodyMemory(room);
  expect(memory.enlarge(50_000, 0)).toBe(true);
  memory.bytes.set([1, 2, 3]);
  expect(memory.enlarge(100_000, 3)).toBe(true);
  expect([...memory.bytes.subarray(0, 3)]).toEqual([1, 2, 3]);
  expect([room.takenBytes, memory.enlarge(200_001, 3), room.takenBytes]).toEqual([100_000, false, 100_000]);

  const { bytes } = memory;
  memory.release();
  memory.release();
  expect(room.takenBytes).toBe(0);
  // Its memory is free already, not only when garbage is collected.
  expect(bytes.buffer.byteLength).toBe(0);
});

it("leaves alone what small bodies share", () => {
  const room = createRoom(1_000);
  const [first, second] = [new BodyMemory(room), new BodyMemory(room)];
  first.enlarge(8, 0);
  second.enlarge(8, 0);
  second.bytes.fill(7);
  first.release();
  expect([...second.bytes]).toEqual(Array.from({ length: 8 }, () => 7));
});

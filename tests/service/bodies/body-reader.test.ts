import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { PassThrough } from "node:stream";
import type { FastifyRequest } from "fastify";
import { expect, it } from "vitest";
import { BodyMemory } from "../../../service/src/bodies/body-memory.ts";
import { readBody } from "../../../service/src/bodies/body-reader.ts";
import { createRoom } from "../../../service/src/bodies/room.ts";

/** Reads a body of so many bytes; gives the stream to send it by, and what comes of it. */
function reading(declaredBytes: number) {
  const payload = new PassThrough();
  const outcomes: string[] = [];
  const request = { headers: { "content-length": String(declaredBytes) } } as unknown as FastifyRequest;
  const memory = new BodyMemory(createRoom(1_000));
  readBody(request, payload as unknown as IncomingMessage, memory, 1_000, (error, body) => {
    outcomes.push(error ? error.message : String(body));
  });
  return { payload, outcomes };
}

it("gives a body once, although its client goes away while it waits for its run", async () => {
  const { payload, outcomes } = reading(2);
  payload.end("{}");
  await once(payload, "end");
  payload.emit("error", new Error("aborted"));
  expect(outcomes).toEqual(["{}"]);
});

it("says that a client went away before its body had come", () => {
  const { payload, outcomes } = reading(2);
  payload.write("{");
  payload.emit("error", new Error("aborted"));
  expect(outcomes).toEqual(["aborted"]);
});

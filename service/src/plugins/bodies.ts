import type { FastifyInstance } from "fastify";
import { Unavailable } from "../problem.ts";
import type { Turns } from "../turns.ts";

/** Reads JSON bodies as Fastify does, but by turns; refuses what is too much before any work is done for it. */
export function readJsonBodies(app: FastifyInstance, turns: Turns): void {
  const parseJson = app.getDefaultJsonParser("error", "error");
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("application/json", { parseAs: "string" }, (request, body: string, done) => {
    byTurns(turns, body.length, done, () => parseJson(request, body, done));
  });
}

/** Does the work for a body of so many bytes when its turn has come, or answers that there is too much of it. */
export function byTurns(turns: Turns, bytes: number, done: (error: Error) => void, work: () => void): void {
  if (!turns.take(bytes, work)) done(new Unavailable("Too much waits to be read already.", 1));
}

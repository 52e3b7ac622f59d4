import type { FastifyInstance } from "fastify";
import { Unavailable } from "../problem.ts";
import type { BodyForm, RowsReader } from "../rows-reader.ts";
import type { Turns } from "../turns.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** What a prediction route's bodies hold. */
    form?: BodyForm;
  }
}

/** Reads JSON bodies as Fastify does, but by turns; refuses what is too much before any work is done for it. */
export function readJsonBodies(app: FastifyInstance, turns: Turns): void {
  const parseJson = app.getDefaultJsonParser("error", "error");
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("application/json", { parseAs: "string" }, (request, body: string, done) => {
    byTurns(turns, body.length, done, () => parseJson(request, body, done));
  });
}

/**
 * Reads rows from the bytes of bodies as far as the reader takes them, and JSON where it does not; each route says in its
 * config which form its bodies have.
 */
export function readRows(app: FastifyInstance, turns: Turns, reader: RowsReader): void {
  const parseJson = app.getDefaultJsonParser("error", "error");
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("application/json", { parseAs: "buffer" }, (request, body: Buffer, done) => {
    byTurns(turns, body.length, done, () => {
      const rows = reader(body, request.routeOptions.config.form ?? "either");
      if (rows) done(null, rows);
      else parseJson(request, body.toString(), done);
    });
  });
}

/** Does the work for a body of so many bytes when its turn has come, or answers that there is too much of it. */
export function byTurns(turns: Turns, bytes: number, done: (error: Error) => void, work: () => void): void {
  if (!turns.take(bytes, work)) done(new Unavailable("Too much waits to be read already.", 1));
}

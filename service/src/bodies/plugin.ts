import type { IncomingMessage } from "node:http";
import { finished } from "node:stream";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { BadRequest } from "../problem.ts";
import { BodyMemory } from "./body-memory.ts";
import { type Done, discardBody, noRoom, readBody } from "./body-reader.ts";
import { type Inflate, inflateOf } from "./inflate.ts";
import { exceededLimit, type JsonLimits } from "./json-limits.ts";
import type { Room } from "./room.ts";
import type { BodyForm, RowsReader } from "./rows-reader.ts";
import type { Turns } from "./turns.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** What the bodies of a prediction route hold. */
    form?: BodyForm;
  }
  interface FastifyRequest {
    /** The memory of the request's body; null until there is some. */
    bodyMemory: BodyMemory | null;
  }
}

/** The limits of bodies, shared by all paths that take some. */
export interface Intake {
  /** Of one body. */
  readonly bodyLimitBytes: number;
  /** The memory that all bodies share. */
  readonly room: Room;
  readonly turns: Turns;
}

const NAMES = { containers: "lists and objects", members: "members of objects", texts: "texts" } as const;

type Work = (body: Buffer) => void;

/** Reads the bodies of an encapsulated part of the application. */
export interface BodyReader {
  /** Reads a body, and calls `work` with it when its turn comes, or `done` with an error. */
  read(request: FastifyRequest, payload: IncomingMessage, done: Done<never>, work: Work): void;
  /** Parses JSON that exceeds no limit. */
  parseJson(request: FastifyRequest, json: Buffer, done: Done<unknown>): void;
}

/** Throws away bodies that are sent to paths that take none, or do not exist. */
export function ignoreBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", (_request, payload, done) => {
    finished(discardBody(payload), () => done(null));
  });
}

/** Lets an encapsulated part of the application take bodies. Their memory is freed when they are answered. */
export function acceptBodies(app: FastifyInstance, intake: Intake, limits: JsonLimits): BodyReader {
  const { bodyLimitBytes, room, turns } = intake;
  // `__proto__` is a member like any other: the schemas say that it is not a known field.
  const parse = app.getDefaultJsonParser("ignore", "ignore");
  app.removeAllContentTypeParsers();
  app.decorateRequest("bodyMemory", null);
  // This hook runs for every request, also if its client has gone.
  app.addHook("onSend", (request, _reply, _payload, done) => {
    request.bodyMemory?.release();
    done();
  });

  function unpack(packed: Buffer, inflate: Inflate, memory: BodyMemory, done: Done<never>, work: Work): void {
    let body: Buffer;
    try {
      body = inflate(packed, bodyLimitBytes);
    } catch (error) {
      // Inflating may have taken as long as for the largest valid body, so its turn is as large.
      turns.take(bodyLimitBytes, () => done(error as Error));
      return;
    }
    if (memory.replace(body)) turns.take(body.length, () => work(body));
    else done(noRoom());
  }

  return {
    read(request, payload, done, work) {
      // Fastify answers what this throws like an error given to `done`.
      const inflate = inflateOf(request.headers["content-encoding"]);
      const memory = new BodyMemory(room);
      request.bodyMemory = memory;
      readBody(request, payload, memory, bodyLimitBytes, (error, body) => {
        if (!body) done(error);
        else if (inflate) turns.take(body.length, () => unpack(body, inflate, memory, done, work));
        else turns.take(body.length, () => work(body));
      });
    },
    parseJson(request, json, done) {
      const text = json.toString();
      const exceeded = exceededLimit(text, limits);
      if (exceeded) done(new BadRequest(`The body has more than ${limits[exceeded]} ${NAMES[exceeded]}.`));
      else if (text === "") done(new BadRequest("The body is empty."));
      else parse(request, text, (error, value) => done(error && new BadRequest("The body is not valid JSON."), value));
    },
  };
}

/**
 * Reads rows straight from the bytes of bodies where the reader can, and parses JSON where it cannot. Each route's
 * config says which form its bodies have.
 */
export function readRows(app: FastifyInstance, intake: Intake, limits: JsonLimits, reader: RowsReader): void {
  const { read, parseJson } = acceptBodies(app, intake, limits);
  app.addContentTypeParser("application/json", (request, payload, done) =>
    read(request, payload, done, (body) => {
      const rows = reader(body, request.routeOptions.config.form ?? "either");
      if (rows) done(null, rows);
      else parseJson(request, body, done);
    }),
  );
}

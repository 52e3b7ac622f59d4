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
    /** What a prediction route's bodies hold. */
    form?: BodyForm;
  }
  interface FastifyRequest {
    /** What a request holds of the room. */
    bodyMemory: BodyMemory | null;
  }
}

/** What bodies are held to, shared by all paths that take some. */
export interface Intake {
  /** Of one body. */
  readonly bodyLimitBytes: number;
  /** What all requests with bodies share. */
  readonly room: Room;
  readonly turns: Turns;
}

const NAMES = { containers: "lists and objects", members: "members of objects", texts: "texts" } as const;

type Work = (body: Buffer) => void;

/** Reads the bodies of some paths. */
export interface BodyReader {
  /** Does the work for a body when it is there and its turn has come; `done` is told when there is none. */
  read(request: FastifyRequest, payload: IncomingMessage, done: Done<never>, work: Work): void;
  /** Makes values of JSON that holds no more than it may. */
  parseJson(request: FastifyRequest, json: Buffer, done: Done<unknown>): void;
}

/** Keeps nothing of what is sent to paths that take no body, or do not exist. */
export function ignoreBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", (_request, payload, done) => {
    finished(discardBody(payload), () => done(null));
  });
}

/** Lets an encapsulated part of the application take bodies, whose memory is free again when they are answered. */
export function acceptBodies(app: FastifyInstance, intake: Intake, limits: JsonLimits): BodyReader {
  const { bodyLimitBytes, room, turns } = intake;
  // `__proto__` is a member like any other, of which the schemas say that it is not a known field.
  const parse = app.getDefaultJsonParser("ignore", "ignore");
  app.removeAllContentTypeParsers();
  app.decorateRequest("bodyMemory", null);
  // Every request comes through here, also that of a client that has gone.
  app.addHook("onSend", (request, _reply, _payload, done) => {
    request.bodyMemory?.release();
    done();
  });

  function unpack(packed: Buffer, inflate: Inflate, memory: BodyMemory, done: Done<never>, work: Work): void {
    let body: Buffer;
    try {
      body = inflate(packed, bodyLimitBytes);
    } catch (error) {
      // Perhaps it took as long as the largest body that is right: so does its turn.
      turns.take(bodyLimitBytes, () => done(error as Error));
      return;
    }
    if (memory.replace(body)) turns.take(body.length, () => work(body));
    else done(noRoom());
  }

  return {
    read(request, payload, done, work) {
      // What this throws is answered as what `done` is told.
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
 * Reads rows from the bytes of bodies as far as the reader takes them, and JSON where it does not; each route says in its
 * config which form its bodies have.
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

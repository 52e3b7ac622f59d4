import type { IncomingMessage } from "node:http";
import { errorCodes, type FastifyRequest } from "fastify";
import { TooLarge, Unavailable } from "../problem.ts";
import { type BodyMemory, freePiece, isOwn } from "./body-memory.ts";

const { FST_ERR_CTP_INVALID_CONTENT_LENGTH } = errorCodes;

/** Receives a body in the wanted form, or the reason why there is none. */
export type Done<Body> = (error: Error | null, body?: Body) => void;

const FIRST_BYTES = 4_096;

/**
 * Reads a body into memory for which room is reserved when its headers come, or as it arrives if they do not declare
 * its length. One that comes in a single piece stays there; other pieces are copied and freed, because a list of small
 * ones takes many times their bytes. `done` gets the body, or an error with its status: 413, 400, or 503 if there is no
 * room.
 */
export function readBody(
  { headers }: FastifyRequest,
  payload: IncomingMessage,
  memory: BodyMemory,
  limitBytes: number,
  done: Done<Buffer>,
): void {
  const header = headers["content-length"];
  const declaredBytes = header === undefined ? undefined : Number(header);
  const maxBytes = declaredBytes ?? limitBytes;
  let length = 0;
  let given = false;

  if (maxBytes > limitBytes) done(new TooLarge(limitBytes));
  else if (!memory.reserve(declaredBytes ?? 0)) done(noRoom());
  else payload.on("data", onData).on("end", onEnd).on("error", stop);

  function onData(piece: Buffer): void {
    const start = length;
    length += piece.length;
    if (piece.length === declaredBytes && start === 0 && isOwn(piece, payload)) {
      memory.adopt(piece);
      return;
    }
    if (length > maxBytes) stop(declaredBytes === undefined ? new TooLarge(limitBytes) : wrongLength());
    else if (!holds(length, start)) stop(noRoom());
    else memory.bytes.set(piece, start);
    freePiece(piece, payload);
  }

  /** Makes memory for a body of `end` bytes at least, of which `start` are there. */
  function holds(end: number, start: number): boolean {
    const size = memory.bytes.length;
    if (end <= size) return true;
    return memory.enlarge(declaredBytes ?? Math.min(maxBytes, Math.max(end, 2 * size, FIRST_BYTES)), start);
  }

  function onEnd(): void {
    if (length < (declaredBytes ?? 0)) {
      stop(wrongLength());
      return;
    }
    given = true;
    done(null, length === memory.bytes.length ? memory.bytes : memory.bytes.subarray(0, length));
  }

  function stop(error: Error & { statusCode?: number }): void {
    // A client may go away after its body has come. To answer it now would free the body, which waits for its run.
    if (given) return;
    payload.off("data", onData).off("end", onEnd).off("error", stop);
    // A client that has gone sees no answer, but its request is counted as a 400.
    error.statusCode ??= 400;
    done(error);
  }
}

/** Reads the rest of a body and throws it away. */
export function discardBody(payload: IncomingMessage): IncomingMessage {
  return payload.on("data", (piece: Buffer) => freePiece(piece, payload));
}

function wrongLength() {
  return new FST_ERR_CTP_INVALID_CONTENT_LENGTH();
}

/** The error of a body for which there is no room. */
export function noRoom(): Unavailable {
  return new Unavailable("Too many bodies are under way already.", 1);
}

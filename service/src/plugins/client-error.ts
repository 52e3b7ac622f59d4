import type { Socket } from "node:net";
import { PROBLEM_TYPE, problem } from "../problem.ts";
import type { Lingering } from "./lingering.ts";

type Answer = readonly [status: number, detail: string];

const OTHER: Answer = [400, "This is not an HTTP request that can be read."];
const ANSWERS: Readonly<Record<string, Answer>> = {
  ERR_HTTP_REQUEST_TIMEOUT: [408, "The request did not arrive in time."],
  HPE_CB_HEADERS_COMPLETE: [400, "The request has no Host."],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, "The extensions of a chunk are too long."],
  HPE_HEADER_OVERFLOW: [431, "The headers are too long."],
};

/**
 * Answers bytes that are no HTTP request, or a request that comes too slowly, and ends the connection. Returns the
 * status, or undefined if the connection was answered before.
 */
export function answerClientError(error: { code?: string }, socket: Socket, lingering: Lingering): number | undefined {
  // A parser that has failed reports the same error for all bytes that follow.
  if (lingering.hasEnded(socket) && error.code?.startsWith("HPE_")) return undefined;
  if (error.code !== "ECONNRESET" && socket.writable && !lingering.has(socket)) {
    const { title, ...rest } = problem(...(ANSWERS[error.code ?? ""] ?? OTHER));
    const body = JSON.stringify({ title, ...rest });
    const head = [`HTTP/1.1 ${rest.status} ${title}`, "Connection: close", `Content-Type: ${PROBLEM_TYPE}`];
    lingering.end(socket, [...head, `Content-Length: ${Buffer.byteLength(body)}`, "", body].join("\r\n"));
    return rest.status;
  }
  socket.destroy();
  return undefined;
}

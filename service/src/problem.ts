import { STATUS_CODES } from "node:http";
import type { TSchema } from "typebox";
import { type Problem, ProblemSchema } from "./schemas.ts";

/** The media type of every error answer. */
export const PROBLEM_TYPE = "application/problem+json";

/** An error document; its title is the status code's own text. */
export function problem(status: number, detail: string, errors?: Problem["errors"]): Problem {
  const title = STATUS_CODES[status] ?? "Error";
  return { type: "about:blank", title, status, detail, ...(errors && { errors }) };
}

/** What a client sent, as far as an error tells it back. */
export function excerpt(text: string, mostLength = 100): string {
  return text.length > mostLength ? `${text.slice(0, mostLength)}…` : text;
}

/** The service cannot answer now, but will: becomes 503 with Retry-After. */
export class Unavailable extends Error {
  readonly statusCode = 503;
  readonly retryAfterSeconds: number;

  constructor(message: string, retryAfterSeconds: number) {
    super(message);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** What was sent cannot be taken: becomes 400; `errors` names each fault by JSON pointer where that is known. */
export class BadRequest extends Error {
  readonly statusCode = 400;
  readonly errors: Problem["errors"];

  constructor(message: string, errors?: Problem["errors"]) {
    super(message);
    this.errors = errors;
  }
}

/** The path exists, but not what its parameters name: becomes 404. */
export class NotFound extends Error {
  readonly statusCode = 404;
}

/** The body is of a type or encoding that is not taken: becomes 415. */
export class UnsupportedMedia extends Error {
  readonly statusCode = 415;
}

/** The body is compressed in a way that is not taken: becomes 415 with Accept-Encoding. */
export class UnsupportedEncoding extends UnsupportedMedia {}

const DESCRIPTIONS = {
  400: "Malformed or not what the path takes; `errors` says what and where.",
  404: "No such path.",
  405: "The path takes another method; `Allow` names it.",
  413: "The body is too large.",
  415: "The body is of another content type or encoding; `Accept-Encoding` names the encodings.",
  500: "A fault of the service.",
  503: "Not ready, shutting down, or overloaded; `Retry-After` says when to try again.",
} as const;

/** An error status that is documented. */
export type ErrorStatus = keyof typeof DESCRIPTIONS;

/** The response schemas of these error statuses, for validation by tests and for the OpenAPI document. */
export function problemResponses(...statuses: ErrorStatus[]) {
  return errorResponses(PROBLEM_TYPE, ProblemSchema, statuses);
}

/** The same for another form of error. */
export function errorResponses(mediaType: string, schema: TSchema, statuses: readonly ErrorStatus[]) {
  return Object.fromEntries(
    statuses.map((status) => [status, { description: DESCRIPTIONS[status], content: { [mediaType]: { schema } } }]),
  );
}

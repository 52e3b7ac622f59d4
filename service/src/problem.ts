import { STATUS_CODES } from "node:http";
import type { TSchema } from "typebox";
import { type Problem, ProblemSchema } from "./schemas.ts";

/** The media type of errors, except under /v2. */
export const PROBLEM_TYPE = "application/problem+json";

/** An error document; its title is the status code's own text. */
export function problem(status: number, detail: string, errors?: Problem["errors"]): Problem {
  const title = STATUS_CODES[status] ?? "Error";
  return { type: "about:blank", title, status, detail, ...(errors && { errors }) };
}

/** The part of a client's text that an error repeats. */
export function excerpt(text: string, mostLength = 100): string {
  return text.length > mostLength ? `${text.slice(0, mostLength)}…` : text;
}

/** The service cannot answer now, but may later: becomes 503 with Retry-After. */
export class Unavailable extends Error {
  readonly statusCode = 503;
  readonly retryAfterSeconds: number;

  constructor(message: string, retryAfterSeconds: number) {
    super(message);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** The request cannot be taken: becomes 400; `errors` names each fault by JSON pointer if that is known. */
export class BadRequest extends Error {
  readonly statusCode = 400;
  readonly errors: Problem["errors"];

  constructor(message: string, errors?: Problem["errors"]) {
    super(message);
    this.errors = errors;
  }
}

/** The path exists, but the model or version that it names does not: becomes 404. */
export class NotFound extends Error {
  readonly statusCode = 404;
}

/** The body is larger than any that is taken: becomes 413. */
export class TooLarge extends Error {
  readonly statusCode = 413;

  constructor(mostBytes: number) {
    super(`The body is too large: at most ${mostBytes} bytes are taken.`);
  }
}

/** The body is of an unsupported type or encoding: becomes 415. */
export class UnsupportedMedia extends Error {
  readonly statusCode = 415;
}

/** The body has an unsupported encoding: becomes 415 with Accept-Encoding. */
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

/** The same schemas for another form of error. */
export function errorResponses(mediaType: string, schema: TSchema, statuses: readonly ErrorStatus[]) {
  return Object.fromEntries(
    statuses.map((status) => [status, { description: DESCRIPTIONS[status], content: { [mediaType]: { schema } } }]),
  );
}

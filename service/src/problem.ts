import { STATUS_CODES } from "node:http";
import { type Problem, ProblemSchema } from "./schemas.ts";

/** The media type of every error answer. */
export const PROBLEM_TYPE = "application/problem+json";

/** An error document; its title is the status code's own text. */
export function problem(status: number, detail: string, errors?: Problem["errors"]): Problem {
  const title = STATUS_CODES[status] ?? "Error";
  return { type: "about:blank", title, status, detail, ...(errors && { errors }) };
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

const DESCRIPTIONS = {
  400: "Malformed or not what the path takes; `errors` says what and where.",
  404: "No such path.",
  405: "The path takes another method; `Allow` names it.",
  413: "The body is too large.",
  415: "The body is not application/json.",
  500: "A fault of the service.",
  503: "Not ready, shutting down, or overloaded; `Retry-After` says when to try again.",
} as const;

/** The response schemas of these error statuses, for validation by tests and for the OpenAPI document. */
export function problemResponses<Status extends keyof typeof DESCRIPTIONS>(...statuses: Status[]) {
  return Object.fromEntries(
    statuses.map((status) => [
      status,
      { description: DESCRIPTIONS[status], content: { [PROBLEM_TYPE]: { schema: ProblemSchema } } },
    ]),
  );
}

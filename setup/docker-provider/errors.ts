/** An error that a user can act on: it says what happened, with which value, and what to do next. */
export class UserError extends Error {
  override name = "UserError";
}

/** The message of anything that was thrown, without a stack trace. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

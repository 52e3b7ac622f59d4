/** An error that a user can act on: it says what happened, with which value, and what to do next. */
export class UserError extends Error {
  override name = "UserError";
}

/** The text of anything thrown, without a stack. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

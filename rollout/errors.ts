/** A mistake that the user can mend: one line that says what, got, allowed and the next step; shown without a stack trace. */
export class UserError extends Error {
  override readonly name = "UserError";
}

/**
 * A mistake that the user can mend, or something that the machine lacks: the message is one line that says what, got, allowed and
 * the next step. It is shown without a stack trace, and the exit code is 2.
 */
export class UserError extends Error {
  override readonly name = "UserError";
}

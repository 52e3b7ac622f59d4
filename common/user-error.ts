/**
 * A mistake that the user can mend, or something that the machine lacks. The message is one line: what is wrong, what was
 * found, what is allowed, and the next step. The command line shows it without a stack trace, and exits with code 2.
 */
export class UserError extends Error {
  override readonly name = "UserError";
}

/** A user's mistake or a machine's lack: its message says what, got, allowed and the next step, and is shown without a stack trace. */
export class UserError extends Error {
  override readonly name = "UserError";
}

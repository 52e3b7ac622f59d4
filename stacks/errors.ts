import { RunError } from "@pulumi/pulumi";

/**
 * A mistake that the user can mend: the message is one line that says what, got, allowed and the next step.
 * As a RunError the engine prints it alone, without a stack trace, and ends with a non-zero exit code.
 */
export class UserError extends RunError {
  override readonly name = "UserError";
}

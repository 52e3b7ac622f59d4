/** The exit code of every command that Ctrl-C ended. */
export const INTERRUPTED = { code: 130, what: "it was interrupted" };

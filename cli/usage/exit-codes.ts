/** The exit code of every command that Ctrl-C ended. */
export const INTERRUPTED = { code: 130, what: "it was interrupted" };

/** The exit codes of a command that decides hypotheses. */
export const DECIDED = [
  { code: 0, what: "every hypothesis held" },
  { code: 1, what: "a hypothesis was refuted, or a step failed" },
  { code: 2, what: "a verdict is inconclusive, an argument is wrong, or something is missing" },
  INTERRUPTED,
];

/**
 * How a hypothesis can stand against a recording, which may not suffice either way: it is inconclusive then. With the sign that
 * stands before the word, and the exit code of a command that comes to it.
 */
export const OUTCOMES = {
  held: { sign: "✓", exitCode: 0 },
  refuted: { sign: "✗", exitCode: 1 },
  inconclusive: { sign: "?", exitCode: 2 },
} as const;

/** One of the three words. */
export type Outcome = keyof typeof OUTCOMES;

/** All three, in the order of their exit codes. */
export const OUTCOME_WORDS = Object.keys(OUTCOMES) as readonly Outcome[];

/** `✓ held`. */
export const marked = (outcome: Outcome): string => `${OUTCOMES[outcome].sign} ${outcome}`;

/**
 * The outcomes of a verdict. A hypothesis is inconclusive where the recording decides neither for it nor against it. `sign`
 * stands before the word; `exitCode` is that of a command with this outcome.
 */
export const OUTCOMES = {
  held: { sign: "✓", exitCode: 0 },
  refuted: { sign: "✗", exitCode: 1 },
  inconclusive: { sign: "?", exitCode: 2 },
} as const;

export type Outcome = keyof typeof OUTCOMES;

/** The three words, in the order of their exit codes. */
export const OUTCOME_WORDS = Object.keys(OUTCOMES) as readonly Outcome[];

/** The sign and the word: `✓ held`. */
export const marked = (outcome: Outcome): string => `${OUTCOMES[outcome].sign} ${outcome}`;

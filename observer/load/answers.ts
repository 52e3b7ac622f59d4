/** What the models themselves say of rows of their data, as plain data. */
export type ReferenceAnswers = {
  /** One request's body each, as JSON. */
  readonly bodies: readonly string[];
  /** By release, in the order of the bodies; `bound` is the largest difference of a probability that is still the same answer. */
  readonly releases: Readonly<
    Record<
      string,
      { readonly prediction: readonly number[]; readonly probability: readonly number[]; readonly bound: number }
    >
  >;
};

/** What an answer says of itself, and whether it is right. */
export type CheckedAnswer = {
  readonly release?: string;
  readonly pod?: string;
  /** Absent where there was nothing to hold the answer against. */
  readonly correct?: boolean;
  readonly difference?: number;
};

type Answer = {
  readonly prediction?: unknown;
  readonly probability?: unknown;
  readonly release?: unknown;
  readonly pod?: unknown;
};

/** Holds the answer to one body against what the model of the release that answered says; only success is checked. */
export function checkAnswer(reference: ReferenceAnswers, row: number, status: number, text: string): CheckedAnswer {
  if (status !== 200) return {};
  const answer = parse(text);
  // A success that is no prediction is a wrong answer, whoever gave it.
  if (!answer) return { correct: false };
  const { prediction, probability, release, pod } = answer;
  const who = { ...(typeof release === "string" && { release }), ...(typeof pod === "string" && { pod }) };
  const model = typeof release === "string" ? reference.releases[release] : undefined;
  const expected = model?.probability[row];
  if (!model || expected === undefined) return who;
  if (typeof probability !== "number") return { ...who, correct: false };
  const difference = Math.abs(probability - expected);
  return { ...who, correct: prediction === model.prediction[row] && difference <= model.bound, difference };
}

function parse(text: string): Answer | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The right answers: what each release's model says of rows of its own data. */
export type ReferenceAnswers = {
  /** Bodies of requests as JSON, one for each row. */
  readonly bodies: readonly string[];
  /** By release, in the order of the bodies. An answer is right when its probability differs by no more than `bound`. */
  readonly releases: Readonly<
    Record<
      string,
      { readonly prediction: readonly number[]; readonly probability: readonly number[]; readonly bound: number }
    >
  >;
};

/** The release and the pod that an answer names, and whether it is right. */
export type CheckedAnswer = {
  readonly release?: string;
  readonly pod?: string;
  /** Absent where the right answer is not known: for a status other than 200, or an unknown release. */
  readonly correct?: boolean;
  readonly difference?: number;
};

type Answer = {
  readonly prediction?: unknown;
  readonly probability?: unknown;
  readonly release?: unknown;
  readonly pod?: unknown;
};

/** Compares the answer to one body with what the model of the answering release says; checks answers of status 200 only. */
export function checkAnswer(reference: ReferenceAnswers, row: number, status: number, text: string): CheckedAnswer {
  if (status !== 200) return {};
  const answer = parse(text);
  // Status 200 without a JSON object is a wrong answer, whichever release gave it.
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

import type { RequestDone } from "../events.ts";
import { type AnsweredBy, podOf } from "../request/answered-by.ts";
import { differenceFrom, type Expectation } from "../request/expectation.ts";
import { bytesOf, MODEL_REQUEST, type SentRequest } from "../request/sent-request.ts";
import { checkAnswer, type ReferenceAnswers } from "./answers.ts";
import type { Outcome } from "./client.ts";

/** What is asked, and what is a right answer. It is plain JSON, and may hold secrets: it is never recorded. */
export type Exchange = { readonly request: SentRequest; readonly answers: AnswerRules };

/** How an answer is judged: beside the model's own answers, or by what is expected of every answer. */
export type AnswerRules =
  | { readonly reference: ReferenceAnswers }
  | { readonly expect: readonly Expectation[]; readonly answeredBy?: AnsweredBy };

/** The rows of a model's own data, one after the other, each answer compared with the model's. */
export const modelExchange = (reference: ReferenceAnswers): Exchange => ({
  request: MODEL_REQUEST,
  answers: { reference },
});

/** Makes the function that gives request `index` its body: a row of the reference, or always the same body. */
export function bodiesOf({ request, answers }: Exchange): (index: number) => string | Buffer | undefined {
  if ("reference" in answers) {
    const { bodies } = answers.reference;
    return (index) => bodies[index % bodies.length] ?? "";
  }
  const body = bytesOf(request.body);
  return () => body;
}

/** The facts of an outcome that a recording holds. Of headers and bodies it holds the pod's name alone. */
export type OutcomeFacts = Pick<
  RequestDone,
  "status" | "error" | "release" | "pod" | "correct" | "difference" | "wrong"
>;

/** Judges the outcome of request `index`. */
export function judge({ answers }: Exchange, index: number, outcome: Outcome): OutcomeFacts {
  if ("error" in outcome) return { error: outcome.error };
  const { status } = outcome;
  if ("reference" in answers) {
    const { reference } = answers;
    return { status, ...checkAnswer(reference, index % reference.bodies.length, status, outcome.text) };
  }
  const pod = answers.answeredBy && podOf(answers.answeredBy, outcome);
  const named = { status, ...(pod !== undefined && { pod }) };
  // Without an expectation nothing says that an answer is right; its status says whether it failed.
  if (answers.expect.length === 0) return named;
  const wrong = differenceFrom(answers.expect, outcome);
  return { ...named, correct: wrong === undefined, ...(wrong !== undefined && { wrong }) };
}

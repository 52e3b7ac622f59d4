import type { Share } from "../batcher.ts";
import type { Identity } from "../schemas.ts";

/** Writes an answer as JSON text. */
export type WriteAnswer = (share: Share) => string;

/**
 * The writers of a Prediction and of Predictions by who answers. They write what JSON.stringify would, without making an
 * object for each row.
 */
export function answerWriters(identity: Identity): { readonly single: WriteAnswer; readonly batch: WriteAnswer } {
  // Without the opening brace, for it follows other members.
  const who = JSON.stringify(identity).slice(1);

  return {
    single: (share) => `{${answerOf(share, share.first)},${who}`,
    batch(share) {
      const { first, count } = share;
      let rows = "";
      for (let row = first; row < first + count; row += 1) rows += `${rows && ","}{${answerOf(share, row)}}`;
      return `{"predictions":[${rows}],${who}`;
    },
  };
}

/** The members of one row's answer. Its numbers are finite, and JSON writes those as JavaScript does. */
function answerOf({ labels, probabilities }: Share, row: number): string {
  return `"prediction":${Number(labels[row])},"probability":${probabilities[row]}`;
}

import type { Share } from "../batcher.ts";
import type { Identity } from "../schemas.ts";
import type { Signature } from "../signature.ts";

/** Writes an answer as JSON text. */
export type WriteAnswer = (share: Share) => string;

/**
 * The writers of a Prediction and of Predictions of a model by who answers. They write what JSON.stringify would, without
 * making an object for each row.
 */
export function answerWriters(
  identity: Identity,
  signature: Signature,
): { readonly single: WriteAnswer; readonly batch: WriteAnswer } {
  // Without the opening brace, for it follows other members.
  const who = JSON.stringify(identity).slice(1);
  const answerOf = rowWriter(signature);

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

type RowWriter = (share: Share, row: number) => string;

/** Writes the members of one row's answer. Its numbers are finite, and JSON writes those as JavaScript does. */
function rowWriter({ classes, probabilitiesPerRow }: Signature): RowWriter {
  const probabilitiesOf: RowWriter =
    probabilitiesPerRow === 1
      ? ({ probabilities }, row) => `"probability":${probabilities[row]}`
      : ({ probabilities }, row) => {
          const own = probabilities.subarray(row * probabilitiesPerRow, (row + 1) * probabilitiesPerRow);
          return `"probabilities":[${own.join()}]`;
        };
  if (classes.every(({ name }) => name === undefined)) {
    return (share, row) => `"prediction":${Number(share.labels[row])},${probabilitiesOf(share, row)}`;
  }
  const names = new Map(classes.map(({ label, name }) => [label, name && `"class":${JSON.stringify(name)},`]));
  return (share, row) => {
    const label = Number(share.labels[row]);
    return `"prediction":${label},${names.get(label) ?? ""}${probabilitiesOf(share, row)}`;
  };
}

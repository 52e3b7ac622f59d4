import type { Predict, Rows } from "../../../service/src/batcher.ts";
import type { Outcome } from "../../../service/src/model.ts";

/** Predicts by a promise of the labels and probabilities of a request's own rows. */
export function promised(predict: Predict): (rows: Rows) => Promise<Outcome> {
  return (rows) =>
    new Promise((resolve, reject) => {
      predict(rows, (error, share) => {
        if (!share) return reject(error);
        const { labels, probabilities, first, count } = share;
        const end = first + count;
        resolve({ labels: labels.slice(first, end), probabilities: probabilities.slice(first, end) });
      });
    });
}

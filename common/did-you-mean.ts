/**
 * The sentence that names the one candidate that was probably meant: with the same beginning, or with the fewest typing errors
 * (letters that are wrong, missing, added or swapped with their neighbour), at most one in three. Empty where none is near, or
 * several are equally near.
 *
 * `didYouMean("replcias", ["release", "replicas"])` is `Did you mean replicas?`, after a space.
 */
export function didYouMean(got: string, candidates: readonly string[]): string {
  const nearest = byBeginning(got, candidates) ?? byDistance(got, candidates);
  return nearest === undefined ? "" : ` Did you mean ${nearest}?`;
}

function byBeginning(got: string, candidates: readonly string[]): string | undefined {
  const found = got === "" ? [] : candidates.filter((one) => one.toLowerCase().startsWith(got.toLowerCase()));
  return found.length === 1 ? found[0] : undefined;
}

function byDistance(got: string, candidates: readonly string[]): string | undefined {
  const measured = candidates.map((one) => ({ one, errors: typingErrors(got.toLowerCase(), one.toLowerCase()) }));
  const least = Math.min(...measured.map(({ errors }) => errors));
  const nearest = measured.filter(({ errors }) => errors === least);
  return nearest.length === 1 && least <= Math.max(1, Math.floor(got.length / 3)) ? nearest[0]?.one : undefined;
}

/** The optimal string alignment distance of two texts: no part of a text is edited twice. */
export function typingErrors(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, column) => column)];
  const at = (row: number, column: number): number => rows[row]?.[column] ?? 0;
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    rows.push(row);
    for (let j = 1; j <= b.length; j += 1) {
      const wrong = at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row.push(Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, wrong, isSwap ? at(i - 2, j - 2) + 1 : wrong));
    }
  }
  return at(a.length, b.length);
}

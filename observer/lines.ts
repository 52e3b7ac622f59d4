/**
 * Yields the whole lines of a text that comes in chunks, without their ends; what follows the last end of a line is left out. Only
 * "\n" ends a line. JSON.stringify leaves U+2028 and U+2029 as they are, at which Node's readline would split a line.
 *
 * Example: the chunks `a\nb`, `c\nd` have the lines `a` and `bc`.
 */
export async function* wholeLines(chunks: AsyncIterable<string>): AsyncGenerator<string, void> {
  yield* split(chunks);
}

/** The same, and what follows the last end of a line, if anything does. */
export async function* linesOf(chunks: AsyncIterable<string>): AsyncGenerator<string, void> {
  const rest = yield* split(chunks);
  if (rest !== "") yield rest;
}

async function* split(chunks: AsyncIterable<string>): AsyncGenerator<string, string> {
  let rest = "";
  for await (const chunk of chunks) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
  return rest;
}

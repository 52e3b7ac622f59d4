/** The first dotted version number in a text, as three numbers; undefined when there is none. */
function parseVersion(text: string): readonly [number, number, number] | undefined {
  const match = /(\d+)\.(\d+)(?:\.(\d+))?/.exec(text);
  return match ? [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)] : undefined;
}

/** Whether the first version in `text` is `oldest` or newer. */
export function isAtLeast(text: string, oldest: string): boolean {
  const actual = parseVersion(text);
  const wanted = parseVersion(oldest);
  if (!actual || !wanted) return false;
  for (const [index, part] of wanted.entries()) {
    const difference = (actual[index] ?? 0) - part;
    if (difference !== 0) return difference > 0;
  }
  return true;
}

/** A version as text, for showing. */
export function versionText(text: string): string {
  return parseVersion(text)?.join(".") ?? "unknown";
}

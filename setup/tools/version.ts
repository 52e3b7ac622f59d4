/** The first dotted version number in a text, as three numbers; undefined if there is none. */
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

/** The first version number in a text, as `1.2.3`; `unknown` if there is none. */
export function versionText(text: string): string {
  return parseVersion(text)?.join(".") ?? "unknown";
}

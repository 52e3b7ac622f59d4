/** Releases of which an experiment's steps and hypotheses speak, and those that take their places. */
export type ReleaseNames = Readonly<Record<string, string>>;

/**
 * The same data with other releases: texts that are a release's name, keys that are, and the name as a word of a sentence.
 */
export function withReleases<T>(data: T, names: ReleaseNames): T {
  const rename = (text: string) =>
    text.replace(/(?<![\w-])v\d+(?![\w-])/g, (word) => (Object.hasOwn(names, word) ? (names[word] ?? word) : word));
  const visit = (value: unknown): unknown => {
    if (typeof value === "string") return rename(value);
    if (Array.isArray(value)) return value.map(visit);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [rename(key), visit(inner)]));
  };
  return visit(data) as T;
}

/** Limits for what costs time and memory in the JSON of one body, at any depth. */
export interface JsonLimits {
  /** Objects and lists. */
  readonly containers: number;
  /** Members of all objects together. */
  readonly members: number;
  /** Names of members, and other texts. */
  readonly texts: number;
}

/** The limit of texts for any body: 92,000 different texts take 20 ms to parse. */
export const MAX_TEXTS = 92_000;

// Bytes of a member or text. If they are shorter on average, most of them are equal, which costs little.
const SHORT = 7;

/**
 * The limit that a JSON text exceeds, if any. It counts marks such as `{` without parsing, within texts too: to parse
 * 0.6 MB of `{}` takes 50 ms and 13 MB. Numbers are not counted, as they take a tenth of that.
 */
export function exceededLimit(json: string, limits: JsonLimits): keyof JsonLimits | undefined {
  if (json.length > 2 * limits.containers) {
    const left = limits.containers - count(json, "{", limits.containers);
    if (left < 0 || count(json, "[", left) > left) return "containers";
  }
  if (json.length > SHORT * limits.members && count(json, ":", limits.members) > limits.members) return "members";
  if (json.length > SHORT * limits.texts && count(json, '"', 2 * limits.texts) > 2 * limits.texts) return "texts";
  return undefined;
}

/** Counts a mark in a text, and stops at one more than `most`. */
function count(text: string, mark: string, most: number): number {
  let found = 0;
  for (let at = text.indexOf(mark); at >= 0 && found <= most; at = text.indexOf(mark, at + 1)) found += 1;
  return found;
}

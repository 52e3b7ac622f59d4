/** How much the JSON of one body may hold of what costs time and memory, however deep. */
export interface JsonLimits {
  /** Objects and lists. */
  readonly containers: number;
  /** Members of all objects together. */
  readonly members: number;
  /** Names of members, and other texts. */
  readonly texts: number;
}

/** Texts in any body: so many different ones take 20 ms to parse. */
export const MAX_TEXTS = 92_000;

// Where they are shorter than this most of them are the same, which costs little.
const SHORT = 7;

/**
 * Which of the limits JSON exceeds, if any; marks within texts count as well. Nothing is made of it for that: 0.6 MB of `{}`
 * take 50 ms and 13 MB to parse. Plain numbers and texts are not counted, as they take a tenth of it.
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

/** How often a mark is in a text, as far as one more than `most`. */
function count(text: string, mark: string, most: number): number {
  let found = 0;
  for (let at = text.indexOf(mark); at >= 0 && found <= most; at = text.indexOf(mark, at + 1)) found += 1;
  return found;
}

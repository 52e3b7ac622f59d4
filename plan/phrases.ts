import type { Span } from "./plan-context.ts";
import { NEVER_MS } from "./pod-timing.ts";

/** `1 pod`, `4 pods`. */
export const pods = (number: number): string => `${number} ${number === 1 ? "pod" : "pods"}`;

/** `4 pods of v1, 2 of v2 and 1 of v3`; each part begins with a number of pods. */
export function listPods(parts: readonly { readonly pods: number; readonly of: string }[]): string {
  const [first, ...others] = parts;
  if (!first) return "no pods";
  const all = [`${pods(first.pods)} of ${first.of}`, ...others.map((one) => `${one.pods} of ${one.of}`)];
  const last = all.pop() ?? "";
  return all.length > 0 ? `${all.join(", ")} and ${last}` : last;
}

/** `for 8.5 s to 38 s`; a span without an end lasts until somebody mends it. */
export const during = (span: Span): string =>
  span.most >= NEVER_MS ? "for as long as nobody mends it" : `for ${range(span)}`;

/** `8.5 s to 38 s`, or `about 38 s` where both ends read the same. */
export const range = ({ least, most }: Span): string =>
  seconds(least) === seconds(most) ? `about ${seconds(most)}` : `${seconds(least)} to ${seconds(most)}`;

/** `0.5 s`, and whole seconds from 10 s on. */
export const seconds = (ms: number): string => `${ms < 10_000 ? Math.round(ms / 100) / 10 : Math.round(ms / 1000)} s`;

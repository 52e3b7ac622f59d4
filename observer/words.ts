const grouped = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

/** A number of things: `1 pod`, `4,812 requests`. */
export const count = (number: number, one: string, many = `${one}s`): string =>
  `${grouped.format(number)} ${number === 1 ? one : many}`;

/** All things of a number: `all 3 pods`, or `the only pod`. */
export const all = (number: number, one: string, many?: string): string =>
  number === 1 ? `the only ${one}` : `all ${count(number, one, many)}`;

/** The past tense of `to be` for a number of things: `was` for one, else `were`. */
export const were = (number: number): string => (number === 1 ? "was" : "were");

/** A number alone: `4,812`. */
export const figure = (number: number): string => grouped.format(number);

/** A duration: `4.2 s`, or `12 ms` where it is below a tenth of a second. */
export const duration = (ms: number): string =>
  Math.abs(ms) < 100 ? `${Number(ms.toFixed(1))} ms` : `${(ms / 1000).toFixed(1)} s`;

/** A share of 0..1: `33.1 %`. */
export const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

/** A share of 0..1 with two decimals below 1 %, and more where two would say nothing: `2.5 %`, `0.08 %`, `0.008 %`. */
export function smallPercent(share: number): string {
  const hundredths = share * 100;
  const decimals = hundredths > 0 && hundredths < 1 ? Math.max(2, -Math.floor(Math.log10(hundredths))) : 1;
  return `${hundredths.toFixed(decimals)} %`;
}

/** `a`, `a and b`, `a, b and c`; beyond `most` words the last place is a number: `a, b and 5 more`. */
export function list(words: readonly string[], most = 6): string {
  const shown = words.length > most ? [...words.slice(0, most - 1), `${words.length - most + 1} more`] : [...words];
  const last = shown.pop();
  return last === undefined ? "none" : shown.length === 0 ? last : `${shown.join(", ")} and ${last}`;
}

/** How a container ended: `OOMKilled, exit code 137`. */
export const howEnded = ({ reason, exitCode }: { readonly reason?: string; readonly exitCode?: number }): string =>
  [reason ?? "ended", exitCode === undefined ? undefined : `exit code ${exitCode}`].filter(Boolean).join(", ");

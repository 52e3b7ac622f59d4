/** The part of jStat that the observer uses; the package brings no types. https://jstat.github.io/distributions.html */
declare module "jstat" {
  export const jStat: {
    readonly beta: {
      /** The value below which a Beta(alpha, beta) variable lies with probability `share`, 0..1. */
      readonly inv: (share: number, alpha: number, beta: number) => number;
      /** The probability that a Beta(alpha, beta) variable lies below `value`. */
      readonly cdf: (value: number, alpha: number, beta: number) => number;
    };
    /** In how many ways `chosen` of `all` things can be chosen. */
    readonly combination: (all: number, chosen: number) => number;
  };
  const jstat: { readonly jStat: typeof jStat };
  export default jstat;
}

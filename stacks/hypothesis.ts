/**
 * What an observation must decide, as data: kind and parameters. The kinds are interpreted by the observer,
 * which knows clusters and clients; an experiment only claims.
 */
export type Hypothesis = { readonly id: string; readonly claim: string } & Kind;

type Kind =
  | { readonly kind: "pods-ready"; readonly pods: number; readonly withinMs: number }
  | { readonly kind: "image-not-pulled" }
  | { readonly kind: "answers-equal-model"; readonly maxAbsoluteDifference: number };

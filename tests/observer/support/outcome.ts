import type { Outcome } from "../../../observer/load/client.ts";

/** An outcome without the headers, of which Date differs from answer to answer. */
export function shown(outcome: Outcome): object {
  if ("error" in outcome) return outcome;
  const { status, text } = outcome;
  return { status, text };
}

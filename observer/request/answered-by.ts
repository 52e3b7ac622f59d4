import { UserError } from "../../common/user-error.ts";
import type { Answer } from "./expectation.ts";
import { jsonAt, parseJson } from "./json.ts";

/** Where an answer names the pod that gave it: in a header, or in its body at a JSON pointer. */
export type AnsweredBy =
  | { readonly in: "header"; readonly name: string }
  | { readonly in: "json"; readonly pointer: string };

/**
 * Reads where answers name their pod: `header:x-pod` or `json:/pod`.
 * @throws {UserError} that says what is allowed.
 */
export function parseAnsweredBy(text: string): AnsweredBy {
  const name = /^header:([!#$%&'*+.^_`|~\w-]+)$/.exec(text)?.[1];
  if (name !== undefined) return { in: "header", name: name.toLowerCase() };
  const pointer = /^json:(\/.*)$/s.exec(text)?.[1];
  if (pointer !== undefined) return { in: "json", pointer };
  throw new UserError(`answered-by: got ${JSON.stringify(text)}, allowed: header:NAME, json:/POINTER`);
}

/** A pod's name is a DNS subdomain. Anything else is not recorded: it may be a secret that stands in the same place. */
const POD_NAME = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;

/** The pod that an answer names; undefined where it names none. */
export function podOf(answeredBy: AnsweredBy, { headers, text }: Pick<Answer, "headers" | "text">): string | undefined {
  const named = answeredBy.in === "header" ? headers[answeredBy.name] : jsonAt(parseJson(text), answeredBy.pointer);
  return typeof named === "string" && POD_NAME.test(named) ? named : undefined;
}

/** How it is typed. */
export const answeredByInWords = (answeredBy: AnsweredBy): string =>
  answeredBy.in === "header" ? `header:${answeredBy.name}` : `json:${answeredBy.pointer}`;

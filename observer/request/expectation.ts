import { UserError } from "../../common/user-error.ts";
import { jsonAt, parseJson } from "./json.ts";

/*
 * What an answer has to be where there is no model to compare it with. An example of four expectations and one answer with the
 * status 200, the header `content-type: application/json` and the body `{"ready":true,"pods":[{"name":"a"}]}`:
 *
 *   status=200                          right
 *   header:Content-Type=text/plain      wrong: "header content-type: another value"
 *   json:/pods/0/name="a"               right; json:/pods/0/name=a is right as well, since a is no JSON
 *   body~"ready":false                  wrong: "body: the text is not in it"
 *
 * Without an expectation of the status, one below 400 is expected. The sentence of a wrong answer never quotes a header or a
 * body, since both may be secret: it is recorded.
 */

/** One thing that is expected of every answer. */
export type Expectation =
  | { readonly of: "status"; readonly is: number }
  | { readonly of: "header"; readonly name: string; readonly is: string }
  | { readonly of: "json"; readonly pointer: string; readonly is: unknown }
  | { readonly of: "body"; readonly contains: string };

/** An answer as far as expectations look at it. Names of headers are in lower case. */
export type Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
};

const FORMS = "status=200, header:NAME=VALUE, json:/POINTER=VALUE, body~TEXT";

/**
 * Reads an expectation as it is typed.
 * @throws {UserError} that says which forms there are. It quotes only what stands before the value.
 */
export function parseExpectation(text: string): Expectation {
  const body = /^body~(.+)$/s.exec(text);
  if (body?.[1] !== undefined) return { of: "body", contains: body[1] };
  const at = text.indexOf("=");
  const [what, value] = at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
  if (value !== undefined) {
    if (what === "status" && /^[1-5]\d\d$/.test(value)) return { of: "status", is: Number(value) };
    const header = /^header:([!#$%&'*+.^_`|~\w-]+)$/.exec(what)?.[1];
    if (header !== undefined) return { of: "header", name: header.toLowerCase(), is: value };
    const pointer = /^json:((?:\/.*)?)$/s.exec(what)?.[1];
    if (pointer !== undefined) return { of: "json", pointer, is: jsonOr(value) };
  }
  const got = what === "status" ? text : value === undefined ? what : `${what}=…`;
  throw new UserError(`expectation: got ${JSON.stringify(got)}, allowed: ${FORMS}`);
}

/** A value as JSON, or as plain text where it is none: `200`, `true`, `"a b"` and `a b`. */
function jsonOr(text: string): unknown {
  const value = parseJson(text);
  return value === undefined ? text : value;
}

/** Says how an answer differs from the first expectation that it does not meet; undefined where it meets all of them. */
export function differenceFrom(expectations: readonly Expectation[], answer: Answer): string | undefined {
  const isAboutStatus = expectations.some(({ of }) => of === "status");
  if (!isAboutStatus && answer.status >= 400) return `status ${answer.status}`;
  let parsed: { readonly value: unknown } | undefined;
  for (const expected of expectations) {
    if (expected.of === "json") parsed ??= { value: parseJson(answer.text) };
    const difference = differs(expected, answer, parsed?.value);
    if (difference !== undefined) return difference;
  }
  return undefined;
}

function differs(expected: Expectation, { status, headers, text }: Answer, json: unknown): string | undefined {
  switch (expected.of) {
    case "status":
      return status === expected.is ? undefined : `status ${status}`;
    case "header": {
      const got = headers[expected.name];
      if (got === expected.is) return undefined;
      return `header ${expected.name}: ${got === undefined ? "not in the answer" : "another value"}`;
    }
    case "json": {
      const where = `json ${expected.pointer || "(whole)"}`;
      if (json === undefined) return `${where}: the body is no JSON`;
      const got = jsonAt(json, expected.pointer);
      if (got === undefined) return `${where}: not in the answer`;
      return isSame(got, expected.is) ? undefined : `${where}: another value (${kindOf(got)})`;
    }
    case "body":
      return text.includes(expected.contains) ? undefined : "body: the text is not in it";
  }
}

/** Whether two values of JSON are the same, whatever the order of their keys. */
function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const [left, right] = [Object.entries(one), new Map(Object.entries(other))];
  return left.length === right.size && left.every(([key, value]) => right.has(key) && isSame(value, right.get(key)));
}

const kindOf = (value: unknown): string => (value === null ? "null" : Array.isArray(value) ? "list" : typeof value);

/** An expectation without the value that is expected: `status 200`, `header x-version`, `json /ready`, `body`. */
export function expectationInWords(expected: Expectation): string {
  switch (expected.of) {
    case "status":
      return `status ${expected.is}`;
    case "header":
      return `header ${expected.name}`;
    case "json":
      return `json ${expected.pointer || "(whole)"}`;
    case "body":
      return "body";
  }
}

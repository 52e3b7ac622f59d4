import { BadRequest } from "../problem.ts";

// These would change what an answer means, so they are no hints.
const MEANINGFUL = /^(?:classification|shared_memory_.*)$/;

/** A request without the members that are null, which the protocol has as absent. Other kinds of values stay as they are. */
export function withoutNulls(json: unknown): unknown {
  if (!isObject(json)) return json;
  const request = without(json, ["id", "parameters", "outputs"]);
  for (const name of ["inputs", "outputs"] as const) {
    const tensors = request[name];
    if (Array.isArray(tensors)) {
      request[name] = tensors.map((tensor) => (isObject(tensor) ? without(tensor, ["parameters"]) : tensor));
    }
  }
  return request;
}

/**
 * Returns when the parameters of tensors ask for nothing that is not there.
 * @throws {BadRequest} naming the first one that does, by JSON pointer.
 */
export function requireNoWish(
  member: "inputs" | "outputs",
  tensors: readonly { readonly parameters?: Readonly<Record<string, unknown>> }[],
): void {
  tensors.forEach(({ parameters = {} }, index) => {
    const wish = Object.keys(parameters).find((name) => MEANINGFUL.test(name));
    if (wish) throw new BadRequest(`#/${member}/${index}/parameters/${wish.slice(0, 100)} is not supported.`);
  });
}

type Members = Record<string, unknown>;

function without(members: Members, names: readonly string[]): Members {
  const rest = { ...members };
  for (const name of names) if (rest[name] === null) delete rest[name];
  return rest;
}

function isObject(value: unknown): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

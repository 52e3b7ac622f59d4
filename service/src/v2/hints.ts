import { BadRequest, excerpt } from "../problem.ts";
import type { InferRequest } from "./schemas.ts";

// These would change what an answer means, so they are no hints.
const MEANINGFUL = /^(?:classification|shared_memory_.*)$/;

type Parameters = Readonly<Record<string, unknown>> | null | undefined;

/**
 * Checks that the parameters ask for nothing that is not there; all other unknown ones are hints.
 * @throws {BadRequest} naming the first one that does, by JSON pointer.
 */
export function requireHintsOnly({ parameters, inputs, outputs }: InferRequest): void {
  requireHints("#", parameters);
  inputs.forEach((input, index) => {
    requireHints(`#/inputs/${index}`, input.parameters);
  });
  outputs?.forEach((output, index) => {
    requireHints(`#/outputs/${index}`, output.parameters);
  });
}

function requireHints(pointer: string, parameters: Parameters): void {
  const wish = Object.keys(parameters ?? {}).find((name) => MEANINGFUL.test(name));
  if (wish) throw new BadRequest(`${pointer}/parameters/${excerpt(wish)} is not supported.`);
}

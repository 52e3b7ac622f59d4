import Type from "typebox";
import Value from "typebox/value";
import { UserError } from "../../common/user-error.ts";
import type { RecordingHeader } from "../events.ts";
import { type Hypothesis, isKindName, KIND_NAMES, KINDS } from "./hypotheses/index.ts";

/**
 * Checks the hypotheses in a recording's header, which another version of the lab may have written.
 * @throws {UserError} for the first hypothesis of an unknown kind, or with parameters that its kind does not allow.
 */
export const readHypotheses = ({ hypotheses, experiment }: RecordingHeader): readonly Hypothesis[] =>
  hypotheses.map((raw) => readHypothesis(raw, `hypothesis ${raw.id} of the recording of ${experiment}`));

function readHypothesis(raw: RecordingHeader["hypotheses"][number], what: string): Hypothesis {
  const { kind } = raw;
  if (!isKindName(kind)) {
    throw new UserError(
      `${what}: unknown kind ${JSON.stringify(kind)}, known are ${KIND_NAMES.join(", ")}; report it by the version of the lab that recorded it`,
    );
  }
  const { parameters } = KINDS[kind];
  const schema = Type.Object({ id: Type.String(), claim: Type.String(), kind: Type.Literal(kind), ...parameters });
  const [wrong] = Value.Errors(schema, raw);
  if (wrong) {
    throw new UserError(
      `${what}: ${wrong.instancePath || kind} ${wrong.message}, got ${JSON.stringify(raw)}; report it by the version of the lab that recorded it`,
    );
  }
  return raw as unknown as Hypothesis;
}

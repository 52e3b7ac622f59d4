import Type, { type TProperties } from "typebox";
import { didYouMean } from "../../common/did-you-mean.ts";
import { UserError } from "../../common/user-error.ts";
import { type SchemaFault, schemaFault } from "../schema-fault.ts";
import { readYaml } from "../yaml-document.ts";
import { type Hypothesis, isKindName, KIND_NAMES, KINDS, type KindName } from "./hypotheses/index.ts";
import { STEP } from "./kind.ts";

/*
 * Hypotheses as a person writes them down, in YAML or JSON. The parameters are those of the kind, see hypotheses/<kind>.ts:
 *
 *   defaults: false                       # leave out what is claimed without a file; true unless it is given
 *   hypotheses:
 *     - kind: ready-at-least
 *       step: change
 *       pods: 2
 *       claim: Two pods are always Ready  # what a report says; made of kind and parameters unless it is given
 *       id: two-ready                     # made of kind and step unless it is given
 *
 * A list alone is that of `hypotheses`.
 */

export type OwnHypotheses = { readonly hypotheses: readonly Hypothesis[]; readonly defaults: boolean };

const FileSchema = Type.Object(
  {
    defaults: Type.Optional(Type.Boolean()),
    hypotheses: Type.Array(Type.Record(Type.String(), Type.Unknown()), { minItems: 1 }),
  },
  { additionalProperties: false },
);

/**
 * Reads hypotheses. `steps`: ids of the steps that they may name.
 * @throws {UserError} that names the place of the first fault, what is there, and what is allowed there.
 */
export function parseHypotheses(text: string, file: string, steps: readonly string[]): OwnHypotheses {
  const value = parsed(text, file);
  const whole = Array.isArray(value) ? { hypotheses: value } : value;
  refuse(file, "", schemaFault(FileSchema, whole));
  const { defaults = true, hypotheses } = whole as Type.Static<typeof FileSchema>;
  const read = hypotheses.map((one, index) => hypothesisOf(one, file, `/hypotheses/${index}`, steps));
  const twice = read.findIndex(({ id }, index) => read.findIndex((other) => other.id === id) < index);
  if (twice >= 0) {
    throw new UserError(
      `${file}: /hypotheses/${twice}/id: got ${JSON.stringify(read[twice]?.id)}, which is that of another one; allowed: an id of its own`,
    );
  }
  return { defaults, hypotheses: read };
}

/** Own hypotheses take the place of defaults with the same id, and follow the others. */
export const besideDefaults = (own: OwnHypotheses, defaults: readonly Hypothesis[]): readonly Hypothesis[] => [
  ...(own.defaults ? defaults.filter(({ id }) => !own.hypotheses.some((one) => one.id === id)) : []),
  ...own.hypotheses,
];

type Written = Readonly<Record<string, unknown>>;

function hypothesisOf(written: Written, file: string, at: string, steps: readonly string[]): Hypothesis {
  const { kind, id, claim, ...parameters } = written;
  if (typeof kind !== "string" || !isKindName(kind)) {
    const got = kind === undefined ? "nothing" : JSON.stringify(kind);
    throw new UserError(
      `${file}: ${at}/kind: got ${got}, allowed: ${KIND_NAMES.join(", ")}.${didYouMean(String(kind ?? ""), KIND_NAMES)}`,
    );
  }
  refuse(file, at, schemaFault(schemaOf(kind, steps), written));
  const named = {
    id: id ?? [kind, ...("step" in parameters ? [String(parameters.step)] : [])].join("-"),
    claim: claim ?? claimOf(kind, parameters),
    kind,
    ...parameters,
  };
  // The schema of the kind has just been checked.
  return named as unknown as Hypothesis;
}

/** The schema of a kind's hypotheses, with the steps that there are. */
function schemaOf(kind: KindName, steps: readonly string[]) {
  const parameters: TProperties = KINDS[kind].parameters;
  const known = Object.entries(parameters).map(([name, schema]) => [
    name,
    schema === STEP ? Type.Enum([...steps]) : schema,
  ]);
  return Type.Object(
    {
      kind: Type.String(),
      id: Type.Optional(Type.String({ minLength: 1 })),
      claim: Type.Optional(Type.String({ minLength: 1 })),
      ...Object.fromEntries(known),
    },
    { additionalProperties: false },
  );
}

/** `ready-at-least` with step change and pods 2 becomes `Ready at least: step change, pods 2`. */
function claimOf(kind: KindName, parameters: Written): string {
  const words = `${kind.charAt(0).toUpperCase()}${kind.slice(1)}`.replaceAll("-", " ");
  const said = Object.entries(parameters).map(
    ([name, value]) => `${name} ${typeof value === "object" ? JSON.stringify(value) : value}`,
  );
  return said.length === 0 ? words : `${words}: ${said.join(", ")}`;
}

function refuse(file: string, at: string, fault: SchemaFault | undefined): void {
  if (fault)
    throw new UserError(
      `${file}: ${at}${fault.path || (at === "" ? "/" : "")}: got ${fault.got}, allowed: ${fault.allowed}`,
    );
}

function parsed(text: string, file: string): unknown {
  const read = readYaml(text);
  if (!("fault" in read)) return read.value;
  const { line, what, next } = read.fault;
  throw new UserError(
    `${file}: got text that is neither YAML nor JSON (line ${line}: ${what}); allowed: hypotheses${next ? `. ${next}` : ""}`,
  );
}

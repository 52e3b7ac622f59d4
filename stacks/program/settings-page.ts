import type { TSchema } from "typebox";
import { experimentNames, experiments } from "../index.ts";
import { allowedValues } from "../settings/parse.ts";
import { stackSettings } from "./config.ts";

/** One key as all that declare it alike have it, and its default by their names; undefined where it has none. */
type Setting = {
  readonly key: string;
  readonly what: string;
  readonly allowed: string;
  readonly defaults: ReadonlyMap<string, string | undefined>;
};

/** Stands for the name of any stack. */
const ANY_STACK = "NAME";
/** A stack that does not bear an experiment's name. */
const OTHER_STACK = "dev";

const HEADING = `# Settings

Every config key of a stack. \`npm run settings\` writes this page from the schemas in which the keys are declared, and a test
compares the two. There are four ways to set a key; the first two save it into \`Pulumi.rolling.yaml\`:

- \`pulumi config set --stack rolling replicas 4\`, for every later command
- \`pulumi up --yes --stack rolling -c replicas=4\`, for this one and every later command
- \`bin/lab up rolling -c replicas=4\`, for this run alone
- \`bin/lab observe rolling --replicas 4\`, for this run alone

A value that is not allowed is refused before anything is built, and so are values that exclude each other.
`;

/** docs/settings.md: all config keys with what they allow, in Markdown. */
export function settingsPage(): string {
  return `${HEADING}
## Of every stack

\`${ANY_STACK}\` is the stack's name. A stack that does not bear an experiment's name has the defaults of \`${OTHER_STACK}\`.

${table(["key", "what", "allowed", "default"], [experimentRow(), ...ofStacks().map(rowOf)])}
## Of experiments

${table(
  ["key", "what", "allowed", "default", "experiments"],
  ofExperiments().map((setting) => [...rowOf(setting), usersOf(setting)]),
)}`;
}

const experimentRow = (): readonly string[] => [
  code("experiment"),
  "Experiment to deploy",
  experimentNames().join(", "),
  `${code(ANY_STACK)}; ${code("pod")} in ${code(OTHER_STACK)}`,
];

/** Keys of every stack; a default that has the stack's name in it is the same for all. */
function ofStacks(): readonly Setting[] {
  const names = [OTHER_STACK, ...experimentNames()];
  const ofAny = stackSettings(ANY_STACK).properties as Readonly<Record<string, TSchema>>;
  return Object.entries(ofAny).map(([key, schema]) => {
    const general = defaultOf(schema);
    const defaults = names.map((name) => {
      const own = defaultOf((stackSettings(name).properties as Readonly<Record<string, TSchema>>)[key]);
      return [name, own === general?.replaceAll(ANY_STACK, name) ? general : own] as const;
    });
    return { key, ...factsOf(schema), defaults: new Map(defaults) };
  });
}

/** Keys of experiments, in the order in which they first come; a key that means two things comes twice. */
function ofExperiments(): readonly Setting[] {
  const declared = experimentNames().flatMap((name) =>
    Object.entries<TSchema>(experiments[name]?.settings.properties ?? {}).map(([key, schema]) => ({
      name,
      key,
      schema,
    })),
  );
  const alike = Map.groupBy(declared, ({ key, schema }) => JSON.stringify([key, factsOf(schema)]));
  return [...alike.values()].flatMap((group) =>
    group.slice(0, 1).map(({ key, schema }) => ({
      key,
      ...factsOf(schema),
      defaults: new Map(group.map((one) => [one.name, defaultOf(one.schema)])),
    })),
  );
}

function factsOf(schema: TSchema) {
  return { what: (schema as { readonly description?: string }).description ?? "", allowed: allowedValues(schema) };
}

function defaultOf(schema: TSchema | undefined): string | undefined {
  const { default: value } = (schema ?? {}) as { readonly default?: unknown };
  return value === undefined ? undefined : String(value);
}

const rowOf = ({ key, what, allowed, defaults }: Setting): readonly string[] => [
  code(key),
  what,
  // A pattern is full of characters that Markdown would take for its own.
  allowed.replace(/(?<=^text that matches ).*$/, code),
  defaultWords(defaults),
];

/** ``` `6`; `3` in `helm`, `switch` ```: the most frequent default alone, each other one with the names that have it. */
function defaultWords(defaults: Setting["defaults"]): string {
  const groups = [...Map.groupBy(defaults.keys(), (name) => defaults.get(name))].toSorted(
    ([, some], [, others]) => others.length - some.length,
  );
  return groups
    .map(([value, names], index) => {
      const text = value === undefined ? "none" : code(value);
      const isGeneral = index === 0 && (groups.length === 1 || names.length > 1);
      return isGeneral ? text : `${text} in ${names.map(code).join(", ")}`;
    })
    .join("; ");
}

const usersOf = ({ defaults }: Setting): string =>
  defaults.size === experimentNames().length ? "all" : [...defaults.keys()].map(code).join(", ");

const code = (text: string): string => `\`${text}\``;

function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |\n`;
  return [line(headings), `|${"---|".repeat(headings.length)}\n`, ...rows.map(line)].join("");
}

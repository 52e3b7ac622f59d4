import { allowedValues } from "../../stacks/settings/parse.ts";
import { flagsOf, type Term, type Usage } from "./usage.ts";

/** No line of help is longer, so that it fits every terminal. */
export const PAGE_WIDTH = 80;

const INDENT = 2;
/** A longer term stands on a line of its own. */
const LONGEST_TERM = 26;

/** The list of commands, as `bin/lab help` prints it. */
export function commandList(usages: readonly Usage[]): string {
  const names = usages.map(({ name, summary }) => ({ term: `bin/lab ${name}`, what: summary }));
  return [
    "Rolls out a model server on Kubernetes and shows what users notice.",
    "",
    ...termLines(names),
    "",
    "Arguments, flags and settings of one: bin/lab COMMAND --help",
  ].join("\n");
}

/** The settings that a command takes, once an experiment is chosen. */
export type SettingTerms = {
  readonly experiment: string;
  /** Of the experiment alone. */
  readonly own: readonly Term[];
  /** Of every stack. */
  readonly common: readonly Term[];
};

/** The page of one command; `stacks` are the names that it may be used with. */
export function helpPage(usage: Usage, stacks: readonly string[], settings?: SettingTerms): string {
  const named = usage.arguments.map(({ term, what }) => ({ term, what: what.replace("{stacks}", stacks.join(", ")) }));
  const sections = [
    section("Arguments", named),
    section("Flags", flagTerms(usage)),
    ...settingSections(usage, settings),
    section("Examples", usage.examples, { isOnOwnLine: true }),
    section(
      "Exit codes",
      usage.exitCodes.map(({ code, what }) => ({ term: String(code), what })),
    ),
  ];
  return [
    `Usage: bin/lab ${[usage.name, usage.synopsis].filter(Boolean).join(" ")}`,
    "",
    ...wrapped(usage.description, PAGE_WIDTH),
    ...sections.flat(),
  ].join("\n");
}

function flagTerms(usage: Usage): readonly Term[] {
  const own = flagsOf(usage).map(([name, facts]) => {
    const { type, placeholder = "VALUE", description = "", default: standard, short } = facts;
    if (type === "boolean") return { term: `--${name}`, what: `${description}.` };
    const schema = usage.flags.properties[name];
    // Of a name there is nothing more to say.
    const isNamed = placeholder === "NAME";
    const isList = type === "array";
    const said = [
      ...(isList ? ["may come again"] : schema && !isNamed ? [allowedValues(schema)] : []),
      ...(standard === undefined ? [] : [`default: ${standard}`]),
    ];
    const both = short ? `--${name}, -${short}` : `--${name}`;
    return { term: `${both} ${placeholder}`, what: withFacts(description, said) };
  });
  if (!usage.takesSettings) return own;
  return [
    ...own,
    { term: "--SETTING VALUE", what: "A setting of the experiment, for this run alone." },
    { term: "-c SETTING=VALUE", what: "The same, as Pulumi takes it." },
  ];
}

/** `Pods to serve with (a whole number from 1 to 50; default: 6).` */
export const withFacts = (description: string, facts: readonly string[]): string =>
  `${description}${facts.length > 0 ? ` (${facts.join("; ")})` : ""}.`;

function settingSections(usage: Usage, settings: SettingTerms | undefined): readonly (readonly string[])[] {
  if (!usage.takesSettings) return [];
  if (settings) {
    return [
      section(`Settings of ${settings.experiment}`, settings.own),
      section("Settings of every stack", settings.common),
    ];
  }
  return [
    ["", ...wrapped(`Settings: bin/lab ${usage.name} EXPERIMENT --help lists those of the experiment.`, PAGE_WIDTH)],
  ];
}

function section(title: string, terms: readonly Term[], layout?: { readonly isOnOwnLine: boolean }): readonly string[] {
  return terms.length > 0 ? ["", `${title}:`, ...termLines(terms, layout)] : [];
}

/** Terms in a column, what they mean beside them; a long term, or each if wanted, stands on a line of its own. */
function termLines(terms: readonly Term[], { isOnOwnLine } = { isOnOwnLine: false }): readonly string[] {
  const fitting = terms.map(({ term }) => term.length).filter((length) => length <= LONGEST_TERM);
  const column = isOnOwnLine ? 3 * INDENT : Math.max(0, ...fitting) + 2 * INDENT;
  return terms.flatMap(({ term, what }) => {
    const [first = "", ...more] = wrapped(what, PAGE_WIDTH - column);
    const rest = more.map((line) => " ".repeat(column) + line);
    const own = " ".repeat(INDENT) + term;
    if (!isOnOwnLine && term.length <= LONGEST_TERM) return [own.padEnd(column) + first, ...rest];
    return [own, " ".repeat(column) + first, ...rest];
  });
}

/** A text in lines of at most `width` characters; a word that is longer stays whole. */
function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

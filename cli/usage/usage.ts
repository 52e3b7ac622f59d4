import type { TObject } from "typebox";

/** Something that a reader can type, and what it means. */
export type Term = { readonly term: string; readonly what: string };

/** How a command is used, as data: reading its arguments, its help and the README go by it. */
export type Usage<Flags extends TObject = TObject> = {
  readonly name: string;
  /** What follows the name, such as `[EXPERIMENT ... [--reset]] [--cluster]`; empty where nothing does. */
  readonly synopsis: string;
  /** One line for the list of commands, at most 60 characters. */
  readonly summary: string;
  /** A paragraph for the command's own page. */
  readonly description: string;
  readonly arguments: readonly Term[];
  /**
   * The flags as a schema: a boolean is a switch, anything else takes a value, for which the keyword `placeholder` stands on the
   * page; the keyword `short` gives a letter that stands for the name. An array of texts is a flag that may come again.
   */
  readonly flags: Flags;
  /** Whether flags that are none of its own are settings of the experiment, which `-c KEY=VALUE` gives as well. */
  readonly takesSettings: boolean;
  /** Whether what stands after `--` is a command of the user's. */
  readonly takesCommand?: true;
  readonly examples: readonly Term[];
  readonly exitCodes: readonly { readonly code: number; readonly what: string }[];
};

/** What a flag's schema says for reading and for the page. */
export type FlagFacts = {
  readonly type?: string;
  readonly placeholder?: string;
  /** A second name of one letter: `f` for `-f`. */
  readonly short?: string;
  readonly description?: string;
  readonly default?: unknown;
};

/** The flags of a usage by their names. */
export const flagsOf = ({ flags }: Usage): readonly (readonly [string, FlagFacts])[] =>
  Object.entries(flags.properties).map(([name, schema]) => [name, schema as FlagFacts] as const);

/** The flags of a command as they are typed. */
export const typedFlags = (usage: Usage): readonly string[] => [
  ...flagsOf(usage).flatMap(([name, { short }]) => [...(short ? [`-${short}`] : []), `--${name}`]),
  ...(usage.takesSettings ? ["-c"] : []),
];

/** Checks a usage against its own flags' type; returns it as it is. */
export const defineUsage = <Flags extends TObject>(usage: Usage<Flags>): Usage<Flags> => usage;

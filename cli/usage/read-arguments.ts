import { parseArgs } from "node:util";
import type { Static, TObject } from "typebox";
import { didYouMean } from "../../common/did-you-mean.ts";
import { UserError } from "../../common/user-error.ts";
import type { Values } from "../../observer/run/stack-file.ts";
import { parseTexts } from "../../stacks/settings/parse.ts";
import { flagsOf, typedFlags, type Usage } from "./usage.ts";

/** The arguments of a command, as its usage declares them. */
export type Arguments<Flags extends TObject> = {
  readonly positionals: readonly string[];
  readonly flags: Static<Flags>;
  /** Config values of an experiment; whether there are such settings, the experiment says. */
  readonly settings: Values;
  /** How each of them was typed, by its key: `--max-surge`, or `-c maxSurge`. */
  readonly typed: Values;
  /** The user's own command after `--`, with its arguments; empty where there is none. */
  readonly command: readonly string[];
};

/** Where a command's arguments are explained. */
export const seeHelp = ({ name }: Pick<Usage, "name">, stack = ""): string =>
  `See: bin/lab ${[name, stack, "--help"].filter(Boolean).join(" ")}`;

/**
 * Reads the arguments of a command.
 * @throws {UserError} for the first that its usage does not allow.
 */
export function readArguments<Flags extends TObject>(usage: Usage<Flags>, args: readonly string[]): Arguments<Flags> {
  const { positionals, texts, settings, typed, lists, command } = splitArguments(usage, args);
  const [stray] = positionals;
  if (stray !== undefined && usage.arguments.length === 0) {
    throw new UserError(`argument: got ${JSON.stringify(stray)}, allowed: none. ${seeHelp(usage)}`);
  }
  const flags = parseTexts(
    usage.flags,
    texts,
    (name, got, allowed, options) =>
      new UserError(
        `--${name}: got ${JSON.stringify(got)}, allowed: ${allowed}.${didYouMean(String(got), options)} ${seeHelp(usage)}`,
      ),
  );
  return { positionals, flags: { ...flags, ...lists }, settings, typed, command };
}

/** Arguments by what they are, their values still as text. */
type SplitArguments = {
  readonly positionals: readonly string[];
  readonly texts: Readonly<Record<string, string>>;
  /** Values of the flags that came and may come again, in their order. */
  readonly lists: Readonly<Record<string, readonly string[]>>;
  readonly settings: Values;
  readonly typed: Values;
  readonly command: readonly string[];
};

const CONFIG = "config";
const SETTING_FLAG = /^--[a-zA-Z][\w-]*$/;

/**
 * Parts a command's arguments. Where the command takes settings, every `--name value` and `--name=value` that is no flag of its
 * own is one: `--max-surge 3`, `--maxSurge 3` and `-c maxSurge=3` all set maxSurge.
 * @throws {UserError} for an unknown flag, and for one whose value is missing or must not be.
 */
export function splitArguments(usage: Usage, all: readonly string[]): SplitArguments {
  const end = usage.takesCommand ? all.indexOf("--") : -1;
  const args = end < 0 ? all : all.slice(0, end);
  const own = new Map(flagsOf(usage));
  const isSwitch = (name: string): boolean => own.get(name)?.type === "boolean";
  const isList = (name: string): boolean => own.get(name)?.type === "array";
  const short = (name: string) => (own.get(name)?.short === undefined ? {} : { short: own.get(name)?.short });
  const named = [...own.keys(), ...args.flatMap((arg) => /^--([^=]+)/.exec(arg)?.[1] ?? [])];
  const { tokens } = parseArgs({
    args: [...args],
    // Node would tell of an unknown flag without saying which one was meant.
    strict: false,
    tokens: true,
    options: {
      ...Object.fromEntries(
        named.map((name) => [name, { type: isSwitch(name) ? "boolean" : "string", ...short(name) } as const]),
      ),
      ...(usage.takesSettings && { [CONFIG]: { type: "string", short: "c" } as const }),
    },
  });
  const positionals: string[] = [];
  const texts: (readonly [string, string])[] = [];
  const settings: Setting[] = [];
  for (const token of tokens) {
    if (token.kind === "positional") positionals.push(token.value);
    if (token.kind !== "option") continue;
    const { name, rawName } = token;
    if (isSwitch(name)) texts.push([name, switchedOn(usage, token)]);
    else if (own.has(name)) texts.push([name, givenValue(usage, token)]);
    else if (usage.takesSettings && name === CONFIG) settings.push(configSetting(rawName, givenValue(usage, token)));
    else if (usage.takesSettings && SETTING_FLAG.test(rawName))
      settings.push({ key: camelCase(name), value: givenValue(usage, token), typed: rawName });
    else throw unknownFlag(usage, rawName);
  }
  const [lists, single] = [texts.filter(([name]) => isList(name)), texts.filter(([name]) => !isList(name))];
  return {
    positionals,
    texts: Object.fromEntries(single),
    lists: Object.fromEntries(
      [...Map.groupBy(lists, ([name]) => name)].map(([name, given]) => [name, given.map(([, value]) => value)]),
    ),
    command: end < 0 ? [] : all.slice(end + 1),
    settings: Object.fromEntries(settings.map(({ key, value }) => [key, value])),
    typed: Object.fromEntries(settings.map(({ key, typed }) => [key, typed])),
  };
}

/** A config value as it was given, and how. */
type Setting = { readonly key: string; readonly value: string; readonly typed: string };

function configSetting(flag: string, text: string): Setting {
  const [key, value] = keyAndValue(flag, text);
  return { key, value, typed: `${flag} ${key}` };
}

/** A flag as it was typed: `--rate` and 50, and whether they were joined by "=". */
type FlagToken = {
  readonly rawName: string;
  readonly value: string | undefined;
  readonly inlineValue: boolean | undefined;
};

function switchedOn(usage: Usage, { rawName, value }: FlagToken): string {
  if (value === undefined) return "true";
  throw new UserError(`${rawName}: got ${JSON.stringify(value)}, allowed: no value. ${seeHelp(usage)}`);
}

function givenValue(usage: Usage, { rawName, value, inlineValue }: FlagToken): string {
  // Where a flag follows, the value was forgotten.
  if (value !== undefined && (inlineValue || !value.startsWith("--"))) return value;
  const flags = typedFlags(usage);
  const meant = flags.includes(rawName) ? "" : didYouMean(rawName, flags);
  throw new UserError(`${rawName}: got no value, allowed: ${rawName} VALUE.${meant} ${seeHelp(usage)}`);
}

/**
 * Reads a config value from a flag.
 * @throws {UserError} when it has no key.
 */
export function keyAndValue(flag: string, text: string): readonly [string, string] {
  const at = text.indexOf("=");
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
  throw new UserError(`${flag}: got ${JSON.stringify(text)}, allowed: KEY=VALUE, for example ${flag} replicas=4`);
}

const camelCase = (name: string): string => name.replace(/-([a-z])/g, (_dash, letter: string) => letter.toUpperCase());

function unknownFlag(usage: Usage, rawName: string): UserError {
  const flags = typedFlags(usage);
  return new UserError(
    `flag: got ${rawName}, allowed: ${flags.join(", ") || "none"}.${didYouMean(rawName, flags)} ${seeHelp(usage)}`,
  );
}

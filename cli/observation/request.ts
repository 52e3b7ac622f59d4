import { parseArgs } from "node:util";
import { UserError } from "../../common/user-error.ts";
import { requireRate } from "../../observer/load/open-loop.ts";
import type { Values } from "../../observer/run/engine.ts";
import type { ObservedStep } from "../../observer/run/steps.ts";
import { type LoadSource, readLoadSource } from "./load-source.ts";

const options = {
  profile: { type: "string" },
  config: { type: "string", short: "c", multiple: true },
  rate: { type: "string", default: "100" },
  duration: { type: "string", default: "2" },
  "load-from": { type: "string" },
  "release-from": { type: "string", default: "v1" },
  "release-to": { type: "string", default: "v2" },
  keep: { type: "boolean", default: false },
} as const;

/** What a command that observes was asked for: which stacks, on which minikube profile, and how. */
export interface ObservationRequest {
  readonly names: readonly string[];
  readonly profile: string;
  readonly order: Omit<ObservationOrder, "stack">;
}

/** Flags of every command that observes. */
export const observationUsage =
  "[--rate N] [--duration S] [--load-from host|cluster] [--release-from R] [--release-to R] [--SETTING VALUE] [-c KEY=VALUE] [--keep] [--profile NAME]";

/**
 * Reads the arguments of a command that observes; flags that are none of its own are settings of the experiment.
 * @throws {UserError} for the first that makes no sense.
 */
export function readRequest(args: readonly string[]): ObservationRequest {
  const split = splitSettings(args, Object.keys(options));
  const { values, positionals } = parseArgs({ args: [...split.args], allowPositionals: true, options });
  const ratePerSecond = Number(values.rate);
  requireRate(ratePerSecond);
  const loadFrom = readLoadSource(values["load-from"]);
  const settings = {
    ...(values.profile !== undefined && { profile: values.profile }),
    ...Object.fromEntries((values.config ?? []).map((text) => keyAndValue("-c", text))),
    ...split.settings,
  };
  return {
    names: positionals,
    profile: settings.profile ?? "minikube",
    order: {
      settings,
      releases: releaseNames(values["release-from"], values["release-to"]),
      ratePerSecond,
      ...(loadFrom && { loadFrom }),
      observeAtLeastMs: seconds("duration", values.duration) * 1000,
      keep: values.keep,
    },
  };
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

function releaseNames(from: string, to: string): ReleaseNames {
  if (from !== to) return { v1: from, v2: to };
  throw new UserError(
    `release-to: got ${to}, which is release-from as well; allowed: another release, so that there is a change`,
  );
}

const longestSeconds = 600;

function seconds(name: string, text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && value >= 0 && value <= longestSeconds) return value;
  throw new UserError(
    `${name}: got ${JSON.stringify(text)}, allowed: 0 to ${longestSeconds} seconds of observation after each step at least`,
  );
}

/** One observation to be made. */
export interface ObservationOrder {
  readonly stack: string;
  /** Config values of the user. */
  readonly settings: Values;
  readonly releases: ReleaseNames;
  readonly ratePerSecond: number;
  /** Where load comes from; without it from this machine, where the stack answers there. */
  readonly loadFrom?: LoadSource;
  readonly observeAtLeastMs: number;
  /** Leaves the stack up at the end. */
  readonly keep: boolean;
  /** Which of the experiment's steps; all of them unless it is given. */
  readonly only?: (steps: readonly ObservedStep[]) => readonly ObservedStep[];
}

/** Options of a command, and all others as config values of an experiment. */
export interface SplitArguments {
  readonly args: readonly string[];
  readonly settings: Readonly<Record<string, string>>;
}

/**
 * Takes every `--option value` (or `--option=value`) that the command does not know itself for a setting of the experiment:
 * `--max-surge 3` and `--maxSurge 3` are config maxSurge. Whether there is such a setting, the experiment says.
 */
export function splitSettings(args: readonly string[], known: readonly string[]): SplitArguments {
  const own: string[] = [];
  const settings: Record<string, string> = {};
  for (let index = 0; index < args.length; index += 1) {
    const arg = args[index] ?? "";
    const [, name, inline] = /^--([a-zA-Z][\w-]*)(?:=(.*))?$/s.exec(arg) ?? [];
    const next = inline ?? args[index + 1];
    if (name === undefined || known.includes(name) || next === undefined) {
      own.push(arg);
      continue;
    }
    settings[name.replace(/-([a-z])/g, (_dash, letter: string) => letter.toUpperCase())] = next;
    if (inline === undefined) index += 1;
  }
  return { args: own, settings };
}

/** Releases of which an experiment's steps and hypotheses speak, and those that take their places. */
export type ReleaseNames = Readonly<Record<string, string>>;

/**
 * The same data with other releases: texts that are a release's name, keys that are, and the name as a word of a sentence.
 */
export function withReleases<T>(data: T, names: ReleaseNames): T {
  const rename = (text: string) =>
    text.replace(/(?<![\w-])v\d+(?![\w-])/g, (word) => (Object.hasOwn(names, word) ? (names[word] ?? word) : word));
  const visit = (value: unknown): unknown => {
    if (typeof value === "string") return rename(value);
    if (Array.isArray(value)) return value.map(visit);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [rename(key), visit(inner)]));
  };
  return visit(data) as T;
}

import { UserError } from "../../common/user-error.ts";
import type { Values } from "../../observer/run/stack-file.ts";
import type { ObservedStep } from "../../observer/run/steps.ts";
import type { observationFlags } from "../usage/commands.ts";
import type { Arguments } from "../usage/read-arguments.ts";
import type { LoadSource } from "./load-source.ts";

/** What a command that observes was asked for: which stacks, on which minikube profile, and how. */
export interface ObservationRequest {
  readonly stacks: readonly string[];
  readonly profile: string;
  readonly order: Omit<ObservationOrder, "stack">;
}

/**
 * Makes the order of a command's arguments.
 * @throws {UserError} where the releases leave no change between them.
 */
export function orderOf({ flags, settings }: Arguments<typeof observationFlags>): Omit<ObservationOrder, "stack"> {
  const { rate, duration, keep, profile } = flags;
  const loadFrom = flags["load-from"] as LoadSource | undefined;
  return {
    settings: { ...(profile !== undefined && { profile }), ...settings },
    releases: releaseNames(flags["release-from"], flags["release-to"]),
    ratePerSecond: rate,
    ...(loadFrom && { loadFrom }),
    observeAtLeastMs: duration * 1000,
    keep,
  };
}

function releaseNames(from: string, to: string): ReleaseNames {
  if (from !== to) return { v1: from, v2: to };
  throw new UserError(
    `--release-to: got ${JSON.stringify(to)}, which is --release-from as well; allowed: another release, so that there is a change`,
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

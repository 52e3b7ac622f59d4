import { UserError } from "../../common/user-error.ts";
import type { Values } from "../../observer/run/stack-file.ts";
import type { ObservedStep } from "../../observer/run/steps.ts";
import type { WantedProfile } from "../../setup/cluster/cluster.ts";
import type { observationFlags } from "../usage/commands.ts";
import type { Arguments } from "../usage/read-arguments.ts";
import type { LoadSource } from "./load-source.ts";

/** The user's request to a command that observes: which stacks, on which minikube profile, and how. */
export interface ObservationRequest {
  readonly stacks: readonly string[];
  readonly profile: WantedProfile;
  /** Destroys a stack that is up without a question. */
  readonly yes: boolean;
  readonly order: Omit<ObservationOrder, "stack">;
}

/**
 * Makes the order from a command's arguments.
 * @throws {UserError} when --release-from and --release-to are the same release.
 */
export function orderOf({ flags, settings }: Arguments<typeof observationFlags>): Omit<ObservationOrder, "stack"> {
  const { rate, duration, keep, profile } = flags;
  const loadFrom = flags["load-from"] as LoadSource | undefined;
  return {
    settings: { ...(profile !== undefined && { profile }), ...settings },
    releases: releaseNames(flags["release-from"], flags["release-to"]),
    ratePerSecond: rate,
    atMostShare: flags["at-most"] / 100,
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

export interface ObservationOrder {
  readonly stack: string;
  /** Config values that the user gave. */
  readonly settings: Values;
  readonly releases: ReleaseNames;
  readonly ratePerSecond: number;
  /** The share of failed requests, 0..1, that must be excluded before "no request fails" is held. */
  readonly atMostShare: number;
  /** The user's choice of where load comes from; see chooseSource for the default. */
  readonly loadFrom?: LoadSource;
  readonly observeAtLeastMs: number;
  /** Leaves the stack up at the end. */
  readonly keep: boolean;
  /** Selects steps of the experiment; without it all steps are taken. */
  readonly only?: (steps: readonly ObservedStep[]) => readonly ObservedStep[];
}

/** Releases that an experiment's steps and hypotheses name, each with the release that takes its place: `{ v1: "v3" }`. */
export type ReleaseNames = Readonly<Record<string, string>>;

/**
 * Renames releases in data, in its texts and in its keys, where a name stands as a word of its own: with `{ v1: "v3" }`
 * `Roll from v1` becomes `Roll from v3`, and `v10` and `my-v1` stay.
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

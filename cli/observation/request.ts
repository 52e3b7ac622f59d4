import { parseArgs } from "node:util";
import { UserError } from "../../common/user-error.ts";
import { requireRate } from "../../observer/load/open-loop.ts";
import { readLoadSource } from "./load-source.ts";
import type { ObservationOrder } from "./observation.ts";
import type { ReleaseNames } from "./release-names.ts";
import { splitSettings } from "./setting-flags.ts";

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

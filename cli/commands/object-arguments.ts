import type { Static } from "typebox";
import { UserError } from "../../common/user-error.ts";
import type { Paths } from "../../setup/machine/paths.ts";
import { stackNames } from "../../setup/stack-names.ts";
import { experimentNames } from "../../stacks/index.ts";
import type { LabConfig } from "../../stacks/program/config.ts";
import { checkSettings } from "../stack/check-settings.ts";
import { USAGES } from "../usage/commands.ts";
import { readArguments, seeHelp } from "../usage/read-arguments.ts";
import type { Usage } from "../usage/usage.ts";
import { checked, requireNames } from "./command-arguments.ts";

/*
 * What the commands about manifests were asked for, as far as it can be wrong before a file is read.
 */

type PlanFlags = Static<typeof USAGES.plan.flags>;

/** What `plan` was asked for: the file, and where what runs comes from. */
export type PlanRequest = Omit<PlanFlags, "file" | "from" | "live"> & {
  readonly file: string;
  readonly running:
    | { readonly kind: "nothing" }
    | { readonly kind: "live" }
    | { readonly kind: "file"; readonly file: string }
    | { readonly kind: "same" };
};

/** Reads what `plan` was asked for. */
export function readPlan(args: readonly string[]): PlanRequest {
  const usage = USAGES.plan;
  const { file, from, live, ...flags } = readArguments(usage, args).flags;
  const path = requireFile(usage, file);
  if (from !== undefined && live) {
    throw new UserError(
      `--from: got it together with --live, allowed: one of the two says what runs. ${seeHelp(usage)}`,
    );
  }
  if (flags.json && flags.markdown) {
    throw new UserError(`--json: got it together with --markdown, allowed: one of the two. ${seeHelp(usage)}`);
  }
  if (flags.context !== undefined && !live) {
    throw new UserError(
      `--context: got it without --live, allowed: with --live, which alone asks a cluster. ${seeHelp(usage)}`,
    );
  }
  if (from === "-" && path === "-") {
    throw new UserError(`--from: got - twice, allowed: standard input for one of the two files. ${seeHelp(usage)}`);
  }
  return { ...flags, file: path, running: runningOf(from, live, flags.set) };
}

function runningOf(from: string | undefined, live: boolean, set: string | undefined): PlanRequest["running"] {
  if (live) return { kind: "live" };
  if (from !== undefined) return { kind: "file", file: from };
  return set === undefined ? { kind: "nothing" } : { kind: "same" };
}

/** What `check` was asked for; without a file only the rules are listed. */
export type CheckRequest = Omit<Static<typeof USAGES.check.flags>, "file" | "rules"> & {
  readonly file: string | undefined;
};

/** Reads what `check` was asked for. */
export function readCheck(args: readonly string[]): CheckRequest {
  const { file, rules, ...flags } = readArguments(USAGES.check, args).flags;
  return { ...flags, file: rules ? undefined : requireFile(USAGES.check, file) };
}

function requireFile(usage: Usage, file: string | undefined): string {
  if (file !== undefined) return file;
  throw new UserError(`-f: got no file, allowed: a YAML or JSON file, or - for standard input. ${seeHelp(usage)}`);
}

/** What `manifests` was asked for: the config of each experiment's stack, and the folder to write files into. */
export type ManifestsRequest = { readonly configs: readonly LabConfig[]; readonly out: string | undefined };

/** The experiment whose objects Helm makes of a chart. */
const OF_A_CHART = "helm";

/** Reads what `manifests` was asked for. */
export async function readManifests(args: readonly string[], paths: Pick<Paths, "project">): Promise<ManifestsRequest> {
  const usage = USAGES.manifests;
  const { positionals, flags, settings, typed } = readArguments(usage, args);
  requireNames(usage, positionals, await stackNames(paths), { least: 0 });
  if (positionals[0] === OF_A_CHART) {
    throw new UserError(
      `experiment: got ${OF_A_CHART}, whose objects Helm makes, allowed: any other. See them by: helm template charts`,
    );
  }
  const stacks = positionals.length > 0 ? positionals : experimentNames().filter((name) => name !== OF_A_CHART);
  const configs: LabConfig[] = [];
  for (const stack of stacks) {
    const isOneOfSeveral = positionals.length === 0;
    configs.push(await checkSettings(checked(usage, paths, stack, { given: settings, typed, isOneOfSeveral })));
  }
  return { configs, out: flags.out };
}

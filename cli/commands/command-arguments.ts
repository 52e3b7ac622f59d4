import { didYouMean } from "../../common/did-you-mean.ts";
import { UserError } from "../../common/user-error.ts";
import { CHANGE_STEP } from "../../observer/comparison/change.ts";
import { isControl } from "../../observer/run/controls.ts";
import type { Values } from "../../observer/run/stack-file.ts";
import type { ObservedStep } from "../../observer/run/steps.ts";
import type { WantedProfile } from "../../setup/cluster/cluster.ts";
import type { Paths } from "../../setup/machine/paths.ts";
import { stackNames } from "../../setup/stack-names.ts";
import { type LabConfig, rememberedProfile } from "../../stacks/program/config.ts";
import { type ObservationRequest, orderOf, withReleases } from "../observation/request.ts";
import { type CheckedStack, checkSettings, checkSteps } from "../stack/check-settings.ts";
import { USAGES } from "../usage/commands.ts";
import { readArguments, seeHelp } from "../usage/read-arguments.ts";
import { typedFlags, type Usage } from "../usage/usage.ts";

/*
 * What each command was asked for, as far as it can be wrong: all of it is found out here, before Pulumi, minikube or anything
 * else is started.
 */

type Project = Pick<Paths, "project">;

/** Every experiment at once. */
const ALL = "all";
/** A stack without an experiment of its name, and nothing to be shown by it. */
const PLAYGROUND = "dev";

/** A stack to be brought up under config values, in a minikube profile. */
export type UpRequest = {
  readonly stack: string;
  readonly profile: WantedProfile;
  readonly values: Values;
  /** The stack's whole config under the values. */
  readonly config: LabConfig;
  /** Whether all of Pulumi's output is shown. */
  readonly verbose: boolean;
};

/** Reads what `up` was asked for. */
export async function readUp(args: readonly string[], paths: Project): Promise<UpRequest> {
  const { positionals, flags, settings, typed } = readArguments(USAGES.up, args);
  const [stack = "pod", ...more] = positionals;
  requireNames(USAGES.up, [stack, ...more], await stackNames(paths));
  const values = { ...(flags.profile !== undefined && { profile: flags.profile }), ...settings };
  const config = await checkSettings(checked(USAGES.up, paths, stack, { given: values, typed }));
  const isChosen = values.profile !== undefined || config.profile !== rememberedProfile(process.env);
  return { stack, profile: { name: config.profile, isChosen }, values, config, verbose: flags.verbose };
}

/** Reads what `observe` was asked for. */
export async function readObserve(args: readonly string[], paths: Project): Promise<ObservationRequest> {
  const usage = USAGES.observe;
  const given = readArguments(usage, args);
  const names = await stackNames(paths);
  const isAll = given.positionals.length === 1 && given.positionals[0] === ALL;
  if (!isAll) requireNames(usage, given.positionals, [ALL, ...names]);
  const stacks = isAll ? names.filter((name) => name !== PLAYGROUND) : given.positionals;
  const order = orderOf(given);
  for (const stack of stacks) {
    await checkSteps(
      checked(usage, paths, stack, { given: order.settings, typed: given.typed, isOneOfSeveral: isAll }),
      (steps) => withReleases(steps, order.releases),
    );
  }
  return { stacks, profile: profileOf(order.settings), yes: given.flags.yes, order };
}

/** What `compare` was asked for: how many rounds, and what decides their order, if the user chose it. */
export type CompareRequest = ObservationRequest & { readonly repeat: number; readonly seed?: number };

/** Reads what `compare` was asked for; each stack is to go `toTheChange` of its steps. */
export async function readCompare(args: readonly string[], paths: Project): Promise<CompareRequest> {
  const usage = USAGES.compare;
  const given = readArguments(usage, args);
  const stacks = given.positionals;
  requireNames(usage, stacks, await stackNames(paths), { least: 2, most: Number.POSITIVE_INFINITY });
  const order = orderOf(given);
  const { repeat, seed, yes } = given.flags;
  if (order.keep && repeat > 1) {
    throw new UserError(
      `--keep: got --repeat ${repeat} as well, allowed: one round, since what stays up takes part in the rounds after it. ` +
        `Leave one of the two out. ${seeHelp(usage)}`,
    );
  }
  for (const stack of stacks) {
    await checkSteps(
      checked(usage, paths, stack, { given: order.settings, typed: given.typed, isOneOfSeveral: true }),
      (steps) => toTheChange(stack, withReleases(steps, order.releases)),
    );
  }
  return { stacks, profile: profileOf(order.settings), yes, order, repeat, ...(seed !== undefined && { seed }) };
}

/** The profile that was given; nobody chose the remembered one. */
const profileOf = ({ profile: name }: Values): WantedProfile =>
  name === undefined ? { name: rememberedProfile(process.env), isChosen: false } : { name, isChosen: true };

/** What leads to the change of release and makes it, with the repetition before it as the control; nothing that comes after. */
export function toTheChange(stack: string, steps: readonly ObservedStep[]): readonly ObservedStep[] {
  const last = steps.findIndex(({ id }) => id === CHANGE_STEP);
  if (last >= 0) return steps.slice(0, last + 1).filter(({ kind }) => kind === "up" || isControl(kind));
  throw new UserError(
    `strategy: got ${stack}, which never completes a change of release, allowed: one with a step "${CHANGE_STEP}". ${seeHelp(USAGES.compare)}`,
  );
}

/** Stacks to be destroyed, and the minikube profile that they must be up in. */
export type DownRequest = {
  readonly stacks: readonly string[];
  readonly profile?: string;
  readonly cluster: boolean;
  /** Whether the settings go from the stacks' files as well. */
  readonly reset: boolean;
  /** Whether all of Pulumi's output is shown. */
  readonly verbose: boolean;
};

/** Reads what `down` was asked for. */
export async function readDown(args: readonly string[], paths: Project): Promise<DownRequest> {
  const { positionals, flags } = readArguments(USAGES.down, args);
  const names = await stackNames(paths);
  requireNames(USAGES.down, positionals, names, { least: 0, most: Number.POSITIVE_INFINITY });
  const { profile, ...switches } = flags;
  if (switches.reset && positionals.length === 0) {
    throw new UserError(
      `--reset: got no experiment, allowed: bin/lab down EXPERIMENT --reset, since it takes all settings out of a file. ${seeHelp(USAGES.down)}`,
    );
  }
  return {
    stacks: positionals.length > 0 ? positionals : names,
    ...(profile !== undefined && { profile }),
    ...switches,
  };
}

/** The recording that `report` was asked for, and the file to write its cluster's timing profile into, if any. */
export type ReportRequest = { readonly recording: string; readonly timing?: string };

/** Reads which recording `report` was asked for. */
export async function readReport(args: readonly string[]): Promise<ReportRequest> {
  const { positionals, flags } = readArguments(USAGES.report, args);
  const [path, ...more] = positionals;
  if (path !== undefined && more.length === 0) return { recording: path, ...flags };
  throw new UserError(
    `recording: got ${JSON.stringify(positionals.join(" "))}, allowed: one folder or file of a recording, ` +
      `for example: bin/lab report reports/pod/<time>. ${seeHelp(USAGES.report)}`,
  );
}

/** Reads which recording, and which of its requests, `why` was asked for. */
export function readWhy(args: readonly string[]): { readonly recording: string; readonly request?: number } {
  const { positionals, flags } = readArguments(USAGES.why, args);
  const [recording, ...more] = positionals;
  if (recording !== undefined && more.length === 0) {
    return { recording, ...(flags.request !== undefined && { request: flags.request }) };
  }
  throw new UserError(
    `recording: got ${JSON.stringify(positionals.join(" "))}, allowed: one folder or file of a recording, ` +
      `for example: bin/lab why reports/rolling/<time>. ${seeHelp(USAGES.why)}`,
  );
}

/**
 * Refuses names that are no stacks, that come twice, or that are too many or too few.
 * @throws {UserError} that says what is allowed.
 */
export function requireNames(
  usage: Usage,
  got: readonly string[],
  allowed: readonly string[],
  { least = 1, most = 1 }: { readonly least?: number; readonly most?: number } = {},
): void {
  const unknown = got.find((name) => !allowed.includes(name));
  if (unknown === undefined && got.length >= least && got.length <= most && new Set(got).size === got.length) return;
  const number = most === 1 ? "one of " : least > 1 ? "two or more different ones of " : "";
  throw new UserError(
    `experiment: got ${JSON.stringify(unknown ?? got.join(" "))}, allowed: ${number}${allowed.join(", ")}.` +
      `${didYouMean(unknown ?? "", allowed)} ${seeHelp(usage)}`,
  );
}

/** A stack under given values, with what an error of a setting names. */
export const checked = (
  usage: Usage,
  { project }: Project,
  stack: string,
  { given, typed, isOneOfSeveral = false }: Pick<CheckedStack, "given" | "typed"> & Partial<CheckedStack>,
): CheckedStack => ({
  project,
  stack,
  given,
  // A command's own flag of the name is the setting as well.
  typed: { profile: "--profile", ...typed },
  flags: typedFlags(usage),
  seeHelp: seeHelp(usage, stack),
  isOneOfSeveral,
});

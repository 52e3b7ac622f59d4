import { didYouMean } from "../../common/did-you-mean.ts";
import { UserError } from "../../common/user-error.ts";
import type { Values } from "../../observer/run/stack-file.ts";
import type { ObservedStep } from "../../observer/run/steps.ts";
import { fullKey, type LabConfig, PROJECT, resolveConfig } from "../../stacks/program/config.ts";
import { SettingError } from "../../stacks/settings/parse.ts";
import { readStackFile } from "./file.ts";

/** A stack to be checked, and the values that were given for it on the command line. */
export type CheckedStack = {
  readonly project: string;
  readonly stack: string;
  readonly given: Values;
  /** Flags of the command, one of which may have been meant by an unknown setting. */
  readonly flags: readonly string[];
  /** The sentence that says where the settings are explained. */
  readonly seeHelp: string;
  /** Whether others are checked for the same values, so that a message has to say whose fault it is. */
  readonly isOneOfSeveral: boolean;
};

/**
 * Decides a stack's config as its program will, from its file and the given values, without starting anything.
 * @throws {UserError} for a key or value that the program would refuse.
 */
export async function checkSettings(checked: CheckedStack): Promise<LabConfig> {
  return resolved(checked, checked.given, await readStackFile(checked.project, checked.stack));
}

/**
 * Checks all that the steps of an observation will set, each step's own values on top of the given ones. `arrange` is what the
 * observation makes of the experiment's steps.
 * @throws {UserError} for the first step whose values contradict the given ones.
 */
export async function checkSteps(
  checked: CheckedStack,
  arrange: (steps: readonly ObservedStep[]) => readonly ObservedStep[],
): Promise<void> {
  const file = await readStackFile(checked.project, checked.stack);
  const { experiment, settings } = resolved(checked, checked.given, file);
  let values = checked.given;
  for (const step of arrange(experiment.steps(settings))) {
    if (step.kind === "up") values = { ...values, ...step.config };
    if (step.kind === "reset") values = { ...checked.given, ...step.config };
    resolved(checked, values, file);
  }
}

function resolved(
  { stack, given, flags, seeHelp, isOneOfSeveral }: CheckedStack,
  values: Values,
  file: Awaited<ReturnType<typeof readStackFile>>,
): LabConfig {
  const added = Object.entries(values).map(([key, value]) => [fullKey(key), value]);
  const source = {
    project: PROJECT,
    stack,
    values: { ...file.values, ...Object.fromEntries(added) },
    secretKeys: file.secretKeys,
    env: process.env,
  };
  try {
    return resolveConfig(source);
  } catch (error) {
    if (!(error instanceof SettingError)) throw error;
    const isGiven = Object.hasOwn(given, error.key);
    // What the file alone says is mended there, as the error tells.
    if (!isGiven && Object.hasOwn(file.values, fullKey(error.key))) throw error;
    const meant = isGiven && !error.fault.endsWith("?") ? didYouMean(`--${error.key}`, flags) : "";
    const whose = isOneOfSeveral ? `stack ${stack}: ` : "";
    throw new UserError(`${whose}${error.fault}${meant} ${seeHelp}`, { cause: error });
  }
}

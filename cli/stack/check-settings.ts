import { didYouMean } from "../../common/did-you-mean.ts";
import { UserError } from "../../common/user-error.ts";
import type { Values } from "../../observer/run/stack-file.ts";
import type { ObservedStep } from "../../observer/run/steps.ts";
import { fullKey, type LabConfig, ownKey, PROJECT, resolveConfig } from "../../stacks/program/config.ts";
import { SettingError, type SettingFault } from "../../stacks/settings/parse.ts";
import { readStackFile } from "./file.ts";

/** A stack to be checked, and the values that were given for it on the command line. */
export type CheckedStack = {
  readonly project: string;
  readonly stack: string;
  readonly given: Values;
  /** How each of them was typed, by its key: `--max-surge`, or `-c maxSurge`. */
  readonly typed: Values;
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

function resolved(checked: CheckedStack, values: Values, file: Awaited<ReturnType<typeof readStackFile>>): LabConfig {
  const { stack, given, isOneOfSeveral, seeHelp } = checked;
  const added = Object.entries(values).map(([key, value]) => [fullKey(key), value]);
  const source = {
    project: PROJECT,
    stack,
    values: { ...file.values, ...Object.fromEntries(added) },
    secretKeys: file.secretKeys,
    given: Object.keys(values).map(ownKey),
    env: process.env,
  };
  try {
    return resolveConfig(source);
  } catch (error) {
    if (!(error instanceof SettingError)) throw error;
    const { key } = error.fault;
    const isGiven = Object.keys(given).map(ownKey).includes(key);
    // What the file alone says is mended there, as the error tells.
    if (!isGiven && Object.hasOwn(file.values, fullKey(key))) throw error;
    const whose = isOneOfSeveral ? `stack ${stack}: ` : "";
    throw new UserError(`${whose}${asTyped(checked, error.fault)} ${seeHelp}`, { cause: error });
  }
}

/** What is wrong with a setting, by the name under which it was typed, and what was probably meant. */
function asTyped({ typed, flags }: CheckedStack, fault: SettingFault): string {
  const { key, what, isUnknownKey, candidates } = fault;
  const name = typed[key] ?? typed[fullKey(key)];
  if (name === undefined) return `config ${key}: ${what}.${didYouMean(fault.typed, candidates)}`;
  if (!isUnknownKey) return `${name}: ${what}.${didYouMean(fault.typed, candidates)}`;
  // `-c replica` is answered by `-c replicas`, and `--replica` by `--replicas`.
  const option = (one: string) => (name.includes(" ") ? `${name.split(" ")[0]} ${one}` : `--${one}`);
  const meant = didYouMean(option(key), [...new Set([...candidates.map(option), ...flags])]);
  return `${name}: no such setting, allowed: ${candidates.join(", ")}.${meant}`;
}

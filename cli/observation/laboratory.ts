import { requirePassphrase } from "../../setup/pitfalls.ts";
import { type CommandContext, prepareLab } from "../command.ts";
import { type ReservedStacks, reserveStacks } from "../reserve.ts";
import { agreeToDestroy, terminalPrompt } from "../stack/agree.ts";
import { stackPlace } from "../stack/place.ts";
import type { Laboratory } from "./open-session.ts";
import { referenceAnswers } from "./reference-answers.ts";
import type { ObservationRequest } from "./request.ts";

/**
 * Prepares the machine for a command that observes stacks, and gives it these stacks to itself until the result is disposed of.
 * `command` is what the user typed, without flags.
 * @throws {UserError} when another command has one of them, and when one is up and the user does not agree to its end.
 */
export async function openLaboratory(
  context: CommandContext,
  { stacks, profile, yes, keep }: Pick<ObservationRequest, "stacks" | "profile" | "yes"> & { readonly keep: boolean },
  command: string,
): Promise<Laboratory & ReservedStacks> {
  await using begun = new AsyncDisposableStack();
  await requirePassphrase(context.outside, context.paths, stacks);
  const reserved = begun.use(await reserveStacks(context.paths.state, stacks, command));
  const machine = await prepareLab(context, profile);
  const { pulumi } = machine;
  const env = { ...machine.env, ...reserved.env };
  const up: string[] = [];
  for (const stack of stacks) {
    if (await stackPlace({ pulumi, project: context.paths.project, env, stack })) up.push(stack);
  }
  await agreeToDestroy(up, { yes, keep, note: context.report.note, prompt: terminalPrompt });
  const reference = await referenceAnswers(context.paths.project);
  const kept = begun.move();
  return {
    context,
    machine: { ...machine, env },
    reference,
    env: reserved.env,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

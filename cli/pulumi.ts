import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { UserError } from "../common/user-error.ts";
import { type Values, withStackFile } from "../observer/run/stack-file.ts";
import { ownKey } from "../stacks/program/config.ts";
import { GIVEN_KEYS } from "../stacks/program/next-step.ts";
import type { StackOutputs } from "../stacks/program/outputs.ts";
import { lettingItEnd, wasInterrupted } from "./interrupt.ts";
import { requireUnlocked } from "./stale-lock.ts";

/** How Pulumi is called for a stack. */
export interface PulumiCall {
  readonly pulumi: string;
  readonly project: string;
  readonly env: Readonly<Record<string, string>>;
  readonly stack: string;
}

/** The folder of Pulumi's backend, in which the lab keeps its stacks. */
export const stateOf = ({ env }: Pick<PulumiCall, "env">): string => fileURLToPath(env.PULUMI_BACKEND_URL ?? "");

/**
 * Makes sure that no Pulumi works on a stack; what a killed one left locked is unlocked.
 * @throws {UserError} that says who works on it.
 */
export async function requireFree(call: PulumiCall): Promise<void> {
  if (await requireUnlocked(stateOf(call), call.stack)) {
    console.log(`stack ${call.stack} was left locked by a Pulumi that was killed; it goes on from there`);
  }
}

/** Runs Pulumi with its output shown as it comes, under config values given for this run; throws when it fails. */
export async function runPulumi(call: PulumiCall, args: readonly string[], values: Values = {}): Promise<void> {
  await requireFree(call);
  const run = (config: readonly string[]) =>
    lettingItEnd(
      execa(call.pulumi, [...args, "--stack", call.stack, "--non-interactive", "--suppress-progress", ...config], {
        cwd: call.project,
        env: { ...call.env, [GIVEN_KEYS]: Object.keys(values).map(ownKey).join(",") },
        stdin: "ignore",
        stdout: "inherit",
        stderr: "inherit",
        reject: false,
      }),
    );
  const hasValues = Object.keys(values).length > 0;
  const { exitCode } = hasValues ? await withStackFile({ ...call, values }, (file) => run(file.args)) : await run([]);
  if (wasInterrupted()) throw new UserError("interrupted; the same command goes on from here");
  if (exitCode !== 0) {
    throw new UserError(
      `pulumi ${args[0]} of stack ${call.stack} failed; its reason stands above. Mend it and run the same command again.`,
    );
  }
}

/** Empties a stack's state without asking any cluster. */
export async function forgetStack(call: PulumiCall): Promise<void> {
  const result = await execa(call.pulumi, ["state", "delete", "--all", "--yes", "--stack", call.stack], {
    cwd: call.project,
    env: call.env,
    stdin: "ignore",
    reject: false,
  });
  if (result.exitCode !== 0)
    throw new UserError(`Pulumi cannot forget the stack ${call.stack}: ${result.stderr.trim()}`);
}

/** Reads the outputs of a stack that is up. */
export async function readOutputs(call: PulumiCall): Promise<StackOutputs> {
  const result = await execa(call.pulumi, ["stack", "output", "--json", "--stack", call.stack], {
    cwd: call.project,
    env: call.env,
    reject: false,
  });
  if (result.exitCode !== 0)
    throw new UserError(`cannot read the outputs of stack ${call.stack}: ${result.stderr.trim()}`);
  return JSON.parse(result.stdout) as StackOutputs;
}

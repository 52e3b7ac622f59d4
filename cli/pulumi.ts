import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { UserError } from "../common/user-error.ts";
import { hostClock } from "../observer/clock.ts";
import type { EngineEvent } from "../observer/events.ts";
import { type Operation, pulumiEngine } from "../observer/run/engine.ts";
import { type Values, withStackFile } from "../observer/run/stack-file.ts";
import { ownKey } from "../stacks/program/config.ts";
import { GIVEN_KEYS } from "../stacks/program/next-step.ts";
import { interruptible, lettingItEnd, wasInterrupted } from "./interrupt.ts";
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
        env: withGivenKeys(call.env, values),
        stdin: "ignore",
        stdout: "inherit",
        stderr: "inherit",
        reject: false,
      }),
    );
  const hasValues = Object.keys(values).length > 0;
  const { exitCode } = hasValues ? await withStackFile({ ...call, values }, (file) => run(file.args)) : await run([]);
  refuseInterrupted();
  if (exitCode !== 0) {
    throw new UserError(
      `pulumi ${args[0]} of stack ${call.stack} failed; its reason stands above. Mend it and run the same command again.`,
    );
  }
}

/** How an operation ended that was not shown, and what Pulumi did meanwhile. */
export type QuietRun = { readonly operation: Operation; readonly events: readonly EngineEvent[] };

/** Runs Pulumi without showing its output; `onSaid` hears what the program tells its user, such as the plan, as it comes. */
export async function runQuietly(
  call: PulumiCall,
  kind: "up" | "destroy",
  values: Values = {},
  onSaid: (message: string) => void = () => {},
): Promise<QuietRun> {
  await requireFree(call);
  const events: EngineEvent[] = [];
  using work = interruptible({ kill: () => engine.interrupt() });
  const engine = pulumiEngine({
    ...call,
    env: withGivenKeys(call.env, values),
    clock: hostClock,
    signal: work.signal,
    onEvent: (event) => events.push(event),
    onSaid,
  });
  const operation = await engine[kind](values);
  refuseInterrupted();
  return { operation, events };
}

/** Destroys a stack without showing Pulumi's output, unless it fails. */
export async function destroyQuietly(call: PulumiCall): Promise<void> {
  const { operation } = await runQuietly(call, "destroy");
  if (operation.succeeded) return;
  throw new UserError(
    `pulumi destroy of stack ${call.stack} failed: ${operation.message}\n` +
      `Mend it and run the same command again. All that Pulumi says: bin/lab down ${call.stack} --verbose`,
  );
}

/** Tells the program which keys were given for this run, so that it advises on flags and not on saved config. */
const withGivenKeys = (env: PulumiCall["env"], values: Values) => ({
  ...env,
  [GIVEN_KEYS]: Object.keys(values).map(ownKey).join(","),
});

function refuseInterrupted(): void {
  if (wasInterrupted()) throw new UserError("interrupted; the same command goes on from here");
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

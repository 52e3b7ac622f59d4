import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { UserError } from "../common/user-error.ts";
import type { StackOutputs } from "../stacks/program/outputs.ts";
import { lettingItEnd, wasInterrupted } from "./interrupt.ts";
import { removeStaleLocks } from "./stale-lock.ts";

/** How Pulumi is called for a stack. */
export interface PulumiCall {
  readonly pulumi: string;
  readonly project: string;
  readonly env: Readonly<Record<string, string>>;
  readonly stack: string;
}

/**
 * Runs Pulumi with its output shown as it comes; throws when it fails.
 * Config values given for this run go into a temporary copy of the stack's file: Pulumi would save them into the checkout.
 */
export async function runPulumi(
  call: PulumiCall,
  args: readonly string[],
  config: readonly string[] = [],
): Promise<void> {
  if (await removeStaleLocks(fileURLToPath(call.env.PULUMI_BACKEND_URL ?? ""), call.stack)) {
    console.log(`stack ${call.stack} was left locked by a Pulumi that was killed; it goes on from there`);
  }
  const scratch = config.length > 0 ? await mkdtemp(join(tmpdir(), "online-inference-")) : undefined;
  try {
    const extra: string[] = [];
    if (scratch) {
      const file = join(scratch, `Pulumi.${call.stack}.yaml`);
      await copyFile(join(call.project, `Pulumi.${call.stack}.yaml`), file);
      extra.push("--config-file", file, ...config.flatMap((value) => ["-c", value]));
    }
    const result = await lettingItEnd(
      execa(call.pulumi, [...args, "--stack", call.stack, "--non-interactive", "--suppress-progress", ...extra], {
        cwd: call.project,
        env: call.env,
        stdin: "ignore",
        stdout: "inherit",
        stderr: "inherit",
        reject: false,
      }),
    );
    if (wasInterrupted()) throw new UserError("interrupted; the same command goes on from here");
    if (result.exitCode !== 0) {
      throw new UserError(
        `pulumi ${args[0]} of stack ${call.stack} failed; its reason stands above. Mend it and run the same command again.`,
      );
    }
  } finally {
    if (scratch) await rm(scratch, { recursive: true, force: true });
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

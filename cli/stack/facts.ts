import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { UserError } from "../../common/user-error.ts";
import type { Values } from "../../observer/run/engine.ts";
import type { ObservedStep, StepPlan } from "../../observer/run/steps.ts";
import type { Hypothesis } from "../../observer/verdicts/hypotheses/index.ts";
import { PROJECT } from "../../stacks/program/config.ts";
import type { StackAddress } from "../../stacks/program/stack-address.ts";
import type { PulumiCall } from "../pulumi.ts";

/** What is asked about a stack under config values. */
export interface StackQuestion {
  readonly stack: string;
  readonly values: Values;
  readonly want: "facts" | "plan";
}

/** What an observation needs to know of a stack's experiment before it begins. */
export interface StackFacts extends StackAddress {
  readonly experiment: string;
  readonly title: string;
  readonly question: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly steps: readonly ObservedStep[];
  readonly hypotheses: readonly Hypothesis[];
}

const script = fileURLToPath(new URL("./start-facts.ts", import.meta.url));

/** Asks about a stack; throws the UserError that the stack's program would end with. */
async function ask<T>(call: PulumiCall, values: Values, want: StackQuestion["want"]): Promise<T> {
  const question: StackQuestion = { stack: call.stack, values, want };
  const result = await execa(process.execPath, [script], {
    cwd: call.project,
    env: call.env,
    input: JSON.stringify(question),
    reject: false,
  });
  if (result.exitCode === 0) return JSON.parse(result.stdout) as T;
  if (result.exitCode === 2) throw new UserError(result.stderr);
  throw new Error(`cannot tell what stack ${call.stack} is: ${result.stderr}`);
}

/** Tells what a stack's experiment is under config values. */
export const stackFacts = (call: PulumiCall, values: Values): Promise<StackFacts> => ask(call, values, "facts");

/** Tells what an `up` under config values will do to the pods that run now. */
export const stackPlan = (call: PulumiCall, values: Values): Promise<StepPlan> => ask(call, values, "plan");

/** Reads the config of the stack's own file, secrets included. */
export async function stackConfig(call: PulumiCall): Promise<Values> {
  const result = await execa(call.pulumi, ["config", "--json", "--show-secrets", "--stack", call.stack], {
    cwd: call.project,
    env: call.env,
    stdin: "ignore",
    reject: false,
  });
  if (result.exitCode !== 0)
    throw new UserError(`cannot read the config of stack ${call.stack}: ${result.stderr.trim()}`);
  const entries = Object.entries(JSON.parse(result.stdout) as Record<string, { readonly value?: string }>);
  const own = `${PROJECT}:`;
  return Object.fromEntries(
    entries.flatMap(([key, { value }]) => (key.startsWith(own) && value ? [[key.slice(own.length), value]] : [])),
  );
}

import { log, RunError, runtime } from "@pulumi/pulumi";
import { UserError } from "./common/user-error.ts";
import { configSource } from "./stacks/config.ts";
import { deploy } from "./stacks/deploy.ts";
import { contextInState } from "./stacks/move.ts";
import type { StackOutputs } from "./stacks/outputs.ts";
import { planText } from "./stacks/plan-text.ts";
import { prepare } from "./stacks/prepare.ts";

/** Config -> experiment -> images -> objects -> plan -> resources -> outputs. */
export default async (): Promise<StackOutputs> => {
  try {
    const prepared = await prepare(configSource(), await contextInState());
    if (runtime.isDryRun()) await log.info(planText(prepared.plans));
    return deploy(prepared);
  } catch (error) {
    // The engine prints a RunError's message alone, without a stack trace.
    throw error instanceof UserError ? new RunError(error.message) : error;
  }
};

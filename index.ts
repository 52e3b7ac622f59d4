import { getStack, log, RunError } from "@pulumi/pulumi";
import { UserError } from "./common/user-error.ts";
import { planText } from "./plan/text.ts";
import { configSource } from "./stacks/program/config-source.ts";
import { deploy } from "./stacks/program/deploy.ts";
import { contextInState } from "./stacks/program/move.ts";
import type { StackOutputs } from "./stacks/program/outputs.ts";
import { prepare } from "./stacks/program/prepare.ts";
import { refuseReserved } from "./stacks/program/reservation.ts";
import { savedSettings } from "./stacks/program/saved-settings.ts";
import { wayBackText } from "./stacks/program/way-back.ts";

/** Config -> experiment -> images -> objects -> plan -> resources -> outputs. */
export default async (): Promise<StackOutputs> => {
  try {
    await refuseReserved(getStack(), process.env);
    const source = configSource();
    const prepared = await prepare(source, await contextInState());
    // An update says it again: its own diagnostics, and the outputs, are the last that Pulumi prints.
    await log.info(planText(prepared.plans, prepared.services));
    // bin/lab says it itself, after a failure.
    const back = source.given ? undefined : wayBackText(prepared.config, prepared.plans);
    if (back !== undefined) await log.info(back);
    const saved = await savedSettings(getStack(), process.cwd());
    if (saved !== undefined) await log.info(saved);
    return deploy(prepared);
  } catch (error) {
    // The engine prints a RunError's message alone, without a stack trace.
    throw error instanceof UserError ? new RunError(error.message) : error;
  }
};

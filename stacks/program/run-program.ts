import { getStack, log, RunError } from "@pulumi/pulumi";
import { UserError } from "../../common/user-error.ts";
import { planText } from "../../plan/text.ts";
import { configSource } from "./config-source.ts";
import { deploy } from "./deploy.ts";
import { contextInState } from "./move.ts";
import type { StackOutputs } from "./outputs.ts";
import { prepare } from "./prepare.ts";
import { refuseReserved } from "./reservation.ts";
import { savedSettings } from "./saved-settings.ts";
import { wayBackText } from "./way-back.ts";

/** Config -> experiment -> images -> objects -> plan -> resources -> outputs. */
export async function runProgram(): Promise<StackOutputs> {
  try {
    await refuseReserved(getStack(), process.env);
    const source = configSource();
    const prepared = await prepare(source, contextInState());
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
}

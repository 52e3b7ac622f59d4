import { getProject, getStack, runtime } from "@pulumi/pulumi";
import type { ConfigSource } from "./config.ts";
import { GIVEN_KEYS } from "./next-step.ts";

/** The running program's own config; the only place that asks Pulumi for it. */
export const configSource = (): ConfigSource => ({
  project: getProject(),
  stack: getStack(),
  values: runtime.allConfig(),
  // As the engine hands them over; the SDK has no other way to ask.
  secretKeys: JSON.parse(process.env.PULUMI_CONFIG_SECRET_KEYS || "[]") as string[],
  given: process.env[GIVEN_KEYS]?.split(",").filter(Boolean),
  env: process.env,
});

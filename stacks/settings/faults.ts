import type { V1EnvVar } from "@kubernetes/client-node";
import Type, { type TInteger } from "typebox";

/** A fault that the service produces on purpose: its config key, its variable, and the factor from the key's unit to the variable's. */
type Fault = { readonly key: string; readonly variable: string; readonly factor: number; readonly setting: TInteger };

const seconds = (key: string, variable: string, description: string, standard = 0): Fault => ({
  key,
  variable,
  factor: 1000,
  setting: Type.Integer({ minimum: 0, maximum: 3600, default: standard, description }),
});

const startDelay = seconds("startDelaySeconds", "FAULT_START_DELAY_MS", "Time until the application has started", 20);
const crash = seconds("crashAfterSeconds", "FAULT_CRASH_AFTER_MS", "Time until the process exits with 1; 0 is never");
const hang = seconds("hangAfterSeconds", "FAULT_HANG_AFTER_MS", "Time until the process blocks for ever; 0 is never");
const unready = seconds(
  "unreadyAfterSeconds",
  "FAULT_UNREADY_AFTER_MS",
  "Time until readiness says no while all else goes on; 0 is never",
);
const leak: Fault = {
  key: "leakMegabytesPerSecond",
  variable: "FAULT_LEAK_MIB_PER_S",
  factor: 1,
  setting: Type.Integer({
    minimum: 0,
    maximum: 1000,
    default: 0,
    description: "Memory that the process loses (MiB/s)",
  }),
};
const burn: Fault = {
  key: "burnThreads",
  variable: "FAULT_BURN_THREADS",
  factor: 1,
  setting: Type.Integer({ minimum: 0, maximum: 16, default: 0, description: "Threads that do nothing but compute" }),
};

const timingFaults = [startDelay, crash, hang, unready];
const resourceFaults = [leak, burn];

/** Faults that happen after some time, for the experiment `probes`; all times count from the start of the process. */
export const timingFaultSettings = Type.Object({
  startDelaySeconds: startDelay.setting,
  crashAfterSeconds: crash.setting,
  hangAfterSeconds: hang.setting,
  unreadyAfterSeconds: unready.setting,
});

/** Faults that use up memory or CPU, for the experiment `resources`. */
export const resourceFaultSettings = Type.Object({
  leakMegabytesPerSecond: leak.setting,
  burnThreads: burn.setting,
});

/** The service's variables for all faults that the settings switch on, which are those above 0. */
export function faultVariables(settings: Readonly<Record<string, unknown>>): V1EnvVar[] {
  return [...timingFaults, ...resourceFaults].flatMap(({ key, variable, factor }) => {
    const value = Number(settings[key] ?? 0);
    return value > 0 ? [{ name: variable, value: String(value * factor) }] : [];
  });
}

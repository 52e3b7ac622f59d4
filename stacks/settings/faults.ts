import type { V1EnvVar } from "@kubernetes/client-node";
import Type, { type TInteger } from "typebox";

/** One fault that the service makes on purpose: its config key, its variable, and what a unit of the key is in the variable. */
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

/** Faults of time, for the experiment with probes; every time counts from the start of the process. */
export const timingFaultSettings = Type.Object({
  startDelaySeconds: startDelay.setting,
  crashAfterSeconds: crash.setting,
  hangAfterSeconds: hang.setting,
  unreadyAfterSeconds: unready.setting,
});

/** Faults of consumption, for the experiment with limits. */
export const resourceFaultSettings = Type.Object({
  leakMegabytesPerSecond: leak.setting,
  burnThreads: burn.setting,
});

/** The service's variables for the faults among the settings that are not 0. */
export function faultVariables(settings: Readonly<Record<string, unknown>>): V1EnvVar[] {
  return [...timingFaults, ...resourceFaults].flatMap(({ key, variable, factor }) => {
    const value = Number(settings[key] ?? 0);
    return value > 0 ? [{ name: variable, value: String(value * factor) }] : [];
  });
}

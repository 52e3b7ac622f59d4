import type { StepConfig } from "../../../stacks/experiment.ts";
import { experiments } from "../../../stacks/index.ts";
import { sampleConfig } from "./sample.ts";

type NamedConfig = readonly [name: string, config: StepConfig];

/** The defaults, and then the config of each step. A step's values add to those of earlier steps, unless the stack is reset. */
export function configsOf(stack: string): readonly NamedConfig[] {
  let values: StepConfig = {};
  const steps = experiments[stack]?.steps(sampleConfig(stack).settings) ?? [];
  const after = steps.map((step) => {
    if ("config" in step) values = step.kind === "reset" ? step.config : { ...values, ...step.config };
    return [step.id, values] as const;
  });
  return [["default", {}], ...after];
}

const ZEROS: StepConfig = {
  minReadySeconds: "0",
  preStopSeconds: "0",
  drainSeconds: "0",
  canaryReplicas: "0",
  maxSurge: "1",
  maxUnavailable: "0",
};
const ROUND: StepConfig = {
  cpuRequestMillicores: "1000",
  cpuLimitMillicores: "2000",
  memoryRequestMebibytes: "1024",
  memoryLimitMebibytes: "4096",
};

/** Like `configsOf`, and also settings that manifests may have to write differently: zeros and round quantities. */
export function extremeConfigsOf(stack: string): readonly NamedConfig[] {
  const { settings } = sampleConfig(stack);
  const own = (config: StepConfig) => Object.fromEntries(Object.entries(config).filter(([key]) => key in settings));
  return [...configsOf(stack), ["zeros", own(ZEROS)], ["round quantities", own(ROUND)]];
}

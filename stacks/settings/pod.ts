import Type, { type Static } from "typebox";
import type { SettingConflict } from "./parse.ts";

/** Settings of a pod of the service, shared by all experiments. */
export const podSettings = Type.Object({
  cpuRequestMillicores: Type.Integer({
    minimum: 10,
    maximum: 2000,
    default: 50,
    description: "CPU that the scheduler reserves for a pod",
  }),
  memoryRequestMebibytes: Type.Integer({
    minimum: 16,
    maximum: 4096,
    default: 64,
    description: "Memory that the scheduler reserves for a pod",
  }),
  cpuLimitMillicores: Type.Integer({
    minimum: 10,
    maximum: 2000,
    default: 500,
    description: "CPU above which a pod is throttled",
  }),
  memoryLimitMebibytes: Type.Integer({
    minimum: 16,
    maximum: 4096,
    default: 256,
    description: "Memory above which a pod is killed",
  }),
  preStopSeconds: Type.Integer({
    minimum: 0,
    maximum: 60,
    default: 5,
    description: "Wait before SIGTERM, so that no new connection reaches a pod that stops",
  }),
  drainSeconds: Type.Integer({
    minimum: 0,
    maximum: 60,
    default: 3,
    description: "Time after SIGTERM in which the server goes on answering, because kept connections still lead to it",
  }),
  host: Type.Enum(["auto", "::", "0.0.0.0"], {
    default: "auto",
    description:
      "Addresses that the server listens on: of both IP families (::) or of IPv4; auto takes IPv6 where it is",
  }),
});

/** Values of `podSettings`. */
export type PodSettings = Static<typeof podSettings>;

/** Finds a request above its limit, which the API server would refuse after the build. */
export function podSettingsConflict(settings: PodSettings): SettingConflict | undefined {
  const { cpuRequestMillicores, cpuLimitMillicores, memoryRequestMebibytes, memoryLimitMebibytes } = settings;
  if (cpuRequestMillicores > cpuLimitMillicores) {
    const allowed = `at most cpuLimitMillicores, which is ${cpuLimitMillicores}`;
    return { key: "cpuRequestMillicores", got: cpuRequestMillicores, allowed };
  }
  if (memoryRequestMebibytes > memoryLimitMebibytes) {
    const allowed = `at most memoryLimitMebibytes, which is ${memoryLimitMebibytes}`;
    return { key: "memoryRequestMebibytes", got: memoryRequestMebibytes, allowed };
  }
  return undefined;
}

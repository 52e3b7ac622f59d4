import { availableParallelism } from "node:os";

const GIB = 2 ** 30;

/** With so much for each of two builds on each core, Go's compilers fit beside each other even when they collect seldom: 2.1 GiB at most. */
const PLENTY_BYTES = 2.5 * GIB;
/** With less for each of them, a single build at a time has what it needs to link the kubelet. */
const TWO_BUILDS_BYTES = 2 * GIB;
const BUILDS = 2;

/**
 * The environment that makes Go's compiler collect garbage more seldom where this machine has the memory, which saves a part of its
 * time; empty where it has not, or where the user has chosen.
 */
export const collectorSettings = (
  { availableBytes, cores }: Resources,
  { GOGC }: NodeJS.ProcessEnv,
): Readonly<Record<string, string>> =>
  GOGC === undefined && availableBytes >= PLENTY_BYTES * BUILDS * cores ? { GOGC: "400" } : {};

/** How many builds may run side by side. Each starts as many compilers as there are cores. */
export const compilersFor = ({ availableBytes, cores }: Resources): number =>
  availableBytes >= TWO_BUILDS_BYTES * BUILDS * cores ? BUILDS : 1;

/** What a machine has for compilers. */
type Resources = { readonly availableBytes: number; readonly cores: number };

/** What this machine has for them now. */
export const compilerResources = (): Resources => ({
  availableBytes: process.availableMemory(),
  cores: availableParallelism(),
});

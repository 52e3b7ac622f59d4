const GIB = 2 ** 30;

/** With so much, four compilers of Go's largest packages fit beside each other even when they collect seldom: 2.1 GiB each at most. */
const PLENTY_BYTES = 10 * GIB;
/** With less, a single build at a time has what it needs to link the kubelet. */
const TWO_BUILDS_BYTES = 8 * GIB;

/**
 * The environment that makes Go's compiler collect garbage more seldom where this machine has the memory, which saves a part of its
 * time; empty where it has not, or where the user has chosen.
 */
export const collectorSettings = (
  availableBytes: number,
  { GOGC }: NodeJS.ProcessEnv,
): Readonly<Record<string, string>> => (GOGC === undefined && availableBytes >= PLENTY_BYTES ? { GOGC: "400" } : {});

/** How many builds may run side by side. Each starts as many compilers as there are cores. */
export const compilersFor = (availableBytes: number): number => (availableBytes >= TWO_BUILDS_BYTES ? 2 : 1);

/** Reads a text file; throws when it is not there. */
export type ReadFile = (path: string) => string;

/** Facts about the process's container, from the kernel; those that it does not tell are absent. */
export interface ContainerFacts {
  readonly memoryBytes?: number;
  /** Absent also when there is no limit. */
  readonly memoryLimitBytes?: number;
  /** Periods under a CPU limit, and how many of them were throttled. */
  readonly cpuPeriods?: number;
  readonly cpuThrottledPeriods?: number;
  readonly cpuThrottledSeconds?: number;
}

const ROOT = "/sys/fs/cgroup";
// "No limit" is a word in version 2 and, in version 1, the largest whole number of pages.
const NO_LIMIT = 2 ** 62;

interface Version {
  readonly memory: string;
  readonly memoryLimit: string;
  readonly cpuStat: string;
  readonly throttledTime: string;
  readonly throttledUnitsPerSecond: number;
}

const V2: Version = {
  memory: `${ROOT}/memory.current`,
  memoryLimit: `${ROOT}/memory.max`,
  cpuStat: `${ROOT}/cpu.stat`,
  throttledTime: "throttled_usec",
  throttledUnitsPerSecond: 1e6,
};

const V1: Version = {
  memory: `${ROOT}/memory/memory.usage_in_bytes`,
  memoryLimit: `${ROOT}/memory/memory.limit_in_bytes`,
  cpuStat: `${ROOT}/cpu/cpu.stat`,
  throttledTime: "throttled_time",
  throttledUnitsPerSecond: 1e9,
};

/** The facts of the process's own cgroup, of version 2 or 1, as a container sees them under /sys/fs/cgroup. */
export function readContainerFacts(readFile: ReadFile): ContainerFacts {
  // Only version 2 has this file in every cgroup, and at the root of the mount only when nothing else is mounted there.
  return readVersion(read(readFile, `${ROOT}/cgroup.controllers`) === undefined ? V1 : V2, readFile);
}

function readVersion(version: Version, readFile: ReadFile): ContainerFacts {
  const memory = number(read(readFile, version.memory));
  const limit = number(read(readFile, version.memoryLimit));
  const stat = new Map(
    (read(readFile, version.cpuStat) ?? "").split("\n").map((line) => line.split(" ", 2) as [string, string]),
  );
  const periods = number(stat.get("nr_periods"));
  const throttled = number(stat.get("nr_throttled"));
  const time = number(stat.get(version.throttledTime));
  return {
    ...(memory !== undefined && { memoryBytes: memory }),
    ...(limit !== undefined && limit < NO_LIMIT && { memoryLimitBytes: limit }),
    ...(periods !== undefined && { cpuPeriods: periods }),
    ...(throttled !== undefined && { cpuThrottledPeriods: throttled }),
    ...(time !== undefined && { cpuThrottledSeconds: time / version.throttledUnitsPerSecond }),
  };
}

function read(readFile: ReadFile, path: string): string | undefined {
  try {
    return readFile(path);
  } catch {
    return undefined;
  }
}

function number(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text.trim()) ? Number(text) : undefined;
}

import { readdirSync, readFileSync } from "node:fs";

/** A process, from a line of /proc/<pid>/stat. */
export interface ProcessStat {
  readonly pid: number;
  readonly parent: number;
  /** User and system time in ticks, with that of children that have ended. */
  readonly ticks: number;
  readonly residentPages: number;
}

// Linux gives every program times in this unit, whatever the machine's own tick is (man 5 proc).
const TICKS_PER_SECOND = 100;
const PAGE_BYTES = 4_096;

/** Reads a line of /proc/<pid>/stat. A command may contain blanks and brackets, so fields are counted from the command's end. */
export function parseStat(line: string): ProcessStat {
  const fields = line.slice(line.lastIndexOf(")") + 2).split(" ");
  const field = (number: number) => Number(fields[number - 3]);
  return {
    pid: Number.parseInt(line, 10),
    parent: field(4),
    ticks: field(14) + field(15) + field(16) + field(17),
    residentPages: field(24),
  };
}

/** A process and all its descendants. */
export function treeOf(root: number, processes: readonly ProcessStat[]): readonly ProcessStat[] {
  const pids = new Set([root]);
  for (let before = 0; before < pids.size; ) {
    before = pids.size;
    for (const { pid, parent } of processes) if (pids.has(parent)) pids.add(pid);
  }
  return processes.filter(({ pid }) => pids.has(pid));
}

/**
 * The CPU time that a process tree has used so far, and the memory that it holds now. Pages that processes share count in each.
 * @throws {Error} if the root is gone: a missing figure is better than a wrong 0.
 */
export function usageOf(root: number): { readonly cpuSeconds: number; readonly memoryBytes: number } {
  const own = parseStat(readFileSync(`/proc/${root}/stat`, "utf8"));
  const tree = [own, ...treeOf(root, allProcesses()).filter(({ pid }) => pid !== root)];
  return {
    cpuSeconds: tree.reduce((sum, { ticks }) => sum + ticks, 0) / TICKS_PER_SECOND,
    memoryBytes: tree.reduce((sum, { residentPages }) => sum + residentPages, 0) * PAGE_BYTES,
  };
}

function allProcesses(): ProcessStat[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return [parseStat(readFileSync(`/proc/${pid}/stat`, "utf8"))];
      } catch {
        return []; // ended in between
      }
    });
}

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
 * The CPU time in seconds that a process tree has used so far.
 * @throws {Error} if the root is gone: a missing figure is better than a wrong 0.
 */
export function cpuSecondsOf(root: number): number {
  return processesOf(root).reduce((sum, { ticks }) => sum + ticks, 0) / TICKS_PER_SECOND;
}

/** Memory that a process tree holds, in bytes. */
export interface Memory {
  /** Proportional set size: a page that n processes share counts as 1/n in each, so once in the sum of a tree. */
  readonly pssBytes: number;
  /** Resident set size: a shared page counts in each process. */
  readonly rssBytes: number;
}

/**
 * The memory that a process tree holds now.
 * @throws {Error} if the root is gone.
 */
export function memoryOf(root: number): Memory {
  const tree = processesOf(root);
  return {
    pssBytes: tree.reduce((sum, { pid }) => sum + parsePss(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8")), 0),
    rssBytes: tree.reduce((sum, { residentPages }) => sum + residentPages, 0) * PAGE_BYTES,
  };
}

/** The proportional set size in bytes in the text of /proc/<pid>/smaps_rollup. */
export function parsePss(text: string): number {
  const [, kibibytes] = /^Pss:\s+(\d+) kB$/m.exec(text) ?? [];
  if (!kibibytes) throw new Error("smaps_rollup has no line Pss.");
  return Number(kibibytes) * 1_024;
}

/** The shared libraries that a process tree has mapped, by the text of its /proc/<pid>/maps. */
export function librariesIn(maps: string): Set<string> {
  return new Set([...maps.matchAll(/(\/\S+\.so(?:\.[\d.]+)?)$/gm)].map(([, path = ""]) => path));
}

/** The shared libraries that a process tree has mapped now. */
export function librariesOf(root: number): ReadonlySet<string> {
  return librariesIn(
    processesOf(root)
      .map(({ pid }) => readFileSync(`/proc/${pid}/maps`, "utf8"))
      .join("\n"),
  );
}

function processesOf(root: number): readonly ProcessStat[] {
  const own = parseStat(readFileSync(`/proc/${root}/stat`, "utf8"));
  return [own, ...treeOf(root, allProcesses()).filter(({ pid }) => pid !== root)];
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

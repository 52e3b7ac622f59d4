import { readdirSync, readFileSync } from "node:fs";
import { cpus } from "node:os";
import type { Process } from "./cpu-owners.ts";

/** Linux counts CPU time of processes in ticks of 10 ms, whatever the kernel's own timer does. */
export const TICK_MS = 10;

/** CPU time of the whole machine since its start, in ms: of all cores together, and of that what a hypervisor took. */
export type MachineTimes = { readonly busyMs: number; readonly stolenMs: number };

/** Reads the machine's CPU time. Where there is no /proc/stat, nothing is known of a hypervisor. */
export function machineTimes(): MachineTimes {
  const line = read("/proc/stat")?.split("\n", 1)[0];
  if (line === undefined) {
    const times = cpus().map(({ times }) => times.user + times.nice + times.sys + times.irq);
    return { busyMs: times.reduce((sum, one) => sum + one, 0), stolenMs: 0 };
  }
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = line.split(/\s+/).slice(1).map(Number);
  return { busyMs: (user + nice + system + irq + softirq + steal) * TICK_MS, stolenMs: steal * TICK_MS };
}

/** A process's cgroup may still change shortly after its start: it is read anew until it is this old, in ticks. */
const SETTLED_TICKS = 500;

/**
 * Makes a reader of all processes. Undefined where there is no /proc. It remembers the cgroups of processes, because one file less
 * for each process halves its cost.
 */
export function processReader(): () => readonly Process[] | undefined {
  let cgroups = new Map<string, string>();
  return () => {
    const uptime = read("/proc/uptime");
    if (uptime === undefined) return undefined;
    const nowTicks = Number.parseFloat(uptime) * (1000 / TICK_MS);
    const kept = new Map<string, string>();
    const processes = readdirSync("/proc").flatMap((name): Process[] => {
      const stat = /^\d+$/.test(name) ? parseStat(read(`/proc/${name}/stat`)) : undefined;
      if (!stat) return [];
      const { startedTicks, ...process } = stat;
      const key = `${name} ${startedTicks}`;
      const cgroup = cgroups.get(key) ?? read(`/proc/${name}/cgroup`) ?? "";
      if (nowTicks - startedTicks > SETTLED_TICKS) kept.set(key, cgroup);
      return [{ ...process, cgroup }];
    });
    cgroups = kept;
    return processes;
  };
}

/** The fields of /proc/PID/stat by proc(5). A name may contain spaces and brackets, so the fields count from the last bracket. */
export function parseStat(
  stat: string | undefined,
): (Omit<Process, "cgroup"> & { readonly startedTicks: number }) | undefined {
  const [, pid, name, rest] = /^(\d+) \((.*)\) (.*)/s.exec(stat ?? "") ?? [];
  if (pid === undefined || name === undefined || rest === undefined) return undefined;
  // None of those after the time of the start is needed, and a look reads all processes.
  const fields = rest.split(" ", 20).map(Number);
  // Fields 14 to 17: own user and system time, and those of children that were waited for.
  const ticks = fields.slice(11, 15).reduce((sum, one) => sum + one, 0);
  return { pid: Number(pid), name, parent: fields[1] ?? 0, ticks, startedTicks: fields[19] ?? 0 };
}

/** The text of a file; undefined where it cannot be read, as of a process that has just ended. */
function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

import { readFile } from "node:fs/promises";
import { hostname } from "node:os";

/** What tells a process from all others, those of other machines included. */
export type ProcessName = {
  readonly pid: number;
  /** Tells the process from a later one with the same pid; absent where the system does not say when a process started. */
  readonly startedAt?: string;
  readonly hostname: string;
};

/** This process. */
export async function thisProcess(): Promise<ProcessName> {
  const startedAt = await startOf(process.pid);
  return { pid: process.pid, ...(startedAt !== undefined && { startedAt }), hostname: hostname() };
}

/** Whether a process has ended, as far as this machine can tell: one of another machine cannot be asked, and counts as running. */
export async function hasEnded({ pid, startedAt, hostname: host }: ProcessName): Promise<boolean> {
  if (host !== hostname()) return false;
  return !isAlive(pid) || (startedAt !== undefined && startedAt !== (await startOf(pid)));
}

/** Whether a process of this machine runs. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** When a process started, in ticks since the machine did; undefined where there is no such process or no /proc. */
async function startOf(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
  // proc_pid_stat(5): the command's name, in brackets, may hold spaces; starttime is the twentieth field after it.
  return stat?.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
}

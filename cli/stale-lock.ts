import { readdir, readFile, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";

/** Who holds a stack, as Pulumi's file backend writes it down. */
interface Lock {
  readonly pid: number;
  readonly hostname: string;
}

const project = "online-inference";

/**
 * Removes a stack's locks whose process on this machine is gone, which a killed Pulumi leaves behind; resolves with the
 * number of them. `state` is the backend's folder.
 */
export async function removeStaleLocks(state: string, stack: string, isAlive = processIsAlive): Promise<number> {
  const folder = join(locksOf(state), stack);
  const files = await readdir(folder).catch(() => []);
  let removed = 0;
  for (const file of files) {
    const lock = await readLock(join(folder, file));
    // Another machine's process cannot be asked: its lock is the user's to judge, and Pulumi says how to remove it.
    if (lock?.hostname !== hostname() || isAlive(lock.pid)) continue;
    await rm(join(folder, file), { force: true });
    removed += 1;
  }
  return removed;
}

/** Stacks of which some process held or holds a lock. */
export const lockedStacks = (state: string): Promise<readonly string[]> => readdir(locksOf(state)).catch(() => []);

const locksOf = (state: string): string => join(state, ".pulumi", "locks", "organization", project);

async function readLock(path: string): Promise<Lock | undefined> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as Lock;
  } catch {
    return undefined;
  }
}

function processIsAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

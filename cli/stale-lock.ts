import { readdir, readFile, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, join } from "node:path";
import { UserError } from "../common/user-error.ts";
import { PROJECT } from "../stacks/program/config.ts";
import { isAlive } from "../stacks/program/process-name.ts";
import { momentWords } from "../stacks/program/reservation.ts";

/** Who works on a stack, as Pulumi's file backend writes it down. */
interface Lock {
  readonly pid: number;
  readonly username: string;
  readonly hostname: string;
  readonly timestamp: string;
}

/**
 * Removes a stack's locks whose process on this machine is gone, which a killed Pulumi leaves behind; resolves with the
 * number of them. `state` is the backend's folder.
 */
export async function removeStaleLocks(state: string, stack: string, runs = isAlive): Promise<number> {
  let removed = 0;
  for (const file of await lockFiles(state, stack)) {
    const lock = await readLock(file);
    // Another machine's process cannot be asked: its lock is the user's to judge.
    if (lock?.hostname !== hostname() || runs(lock.pid)) continue;
    await Promise.all([file, `${file}.attrs`].map((one) => rm(one, { force: true })));
    removed += 1;
  }
  return removed;
}

/**
 * Makes sure that no Pulumi works on a stack, and removes stale locks; resolves with the number of them.
 * @throws {UserError} that says who works on it. Pulumi itself would advise `pulumi cancel`, which takes the lock of a process
 * that goes on.
 */
export async function requireUnlocked(state: string, stack: string, runs = isAlive): Promise<number> {
  const removed = await removeStaleLocks(state, stack, runs);
  for (const file of await lockFiles(state, stack)) {
    const lock = await readLock(file);
    if (!lock) continue;
    const { pid, username, timestamp } = lock;
    const isHere = lock.hostname === hostname();
    const command = isHere ? await commandOf(pid) : "pulumi";
    throw new UserError(
      `stack ${stack} is in use: "${command}" has had it since ${momentWords(timestamp)} (pid ${pid} of ` +
        `${username}${isHere ? "" : ` on ${lock.hostname}`}). Wait for it to end, or end it with Ctrl-C where it runs` +
        (isHere ? "" : `; if it has ended: pulumi cancel --stack ${stack}`),
    );
  }
  return removed;
}

/** Stacks of which some process held or holds a lock. */
export const lockedStacks = (state: string): Promise<readonly string[]> => readdir(locksOf(state)).catch(() => []);

const locksOf = (state: string): string => join(state, ".pulumi", "locks", "organization", PROJECT);

/** Whether a process that runs, or one of another machine, holds a lock of a stack. */
export async function isLocked(state: string, stack: string, runs = isAlive): Promise<boolean> {
  const locks = await Promise.all((await lockFiles(state, stack)).map(readLock));
  return locks.some((lock) => lock !== undefined && (lock.hostname !== hostname() || runs(lock.pid)));
}

/** The files of a stack's locks. Beside each, Pulumi keeps one that ends in `.attrs`. */
async function lockFiles(state: string, stack: string): Promise<readonly string[]> {
  const folder = join(locksOf(state), stack);
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => name.endsWith(".json")).map((name) => join(folder, name));
}

/** A lock; undefined for one that was removed or is being written. */
async function readLock(path: string): Promise<Lock | undefined> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as Lock;
  } catch {
    return undefined;
  }
}

/** A process's program and first argument, such as `pulumi up`; the others may hold secrets. */
async function commandOf(pid: number): Promise<string> {
  const line = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
  const [program = "", ...args] = line.split("\0").filter(Boolean);
  return program === "" ? "pulumi" : [basename(program), ...args.slice(0, 1)].join(" ");
}

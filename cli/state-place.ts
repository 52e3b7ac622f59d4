import { cp, lstat, mkdir, readdir, rename, rm, symlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Paths } from "../setup/machine/paths.ts";
import { readReservation } from "../stacks/program/reservation.ts";
import { isLocked, lockedStacks } from "./stale-lock.ts";

/*
 * Earlier versions kept the stacks' state in the cache, which people and programs empty. It moves to where nothing is cleaned, in
 * one rename, and a link at the old place leads there: shells that are open, and older checkouts, go on with the same state.
 *
 *   the old place is        the new place     what happens
 *   a folder, unused        missing           it moves, and the link takes its place
 *   a folder in use         missing           nothing: this command goes on with the old place
 *   a folder                there             nothing but a word: an older checkout began anew after the cache was emptied
 *   a link                  whatever          nothing
 *   missing                 whatever          the link is made
 */

/** The lab's folders with the state in its place; `note` gets a line where something is to be told. */
export async function withState(paths: Paths, note: (line: string) => void): Promise<Paths> {
  const former = join(paths.cache, "state");
  const isThere = await lstat(former).catch(() => undefined);
  if (!isThere) {
    await mkdir(paths.state, { recursive: true });
    await leaveLink(former, paths.state);
    return paths;
  }
  if (!isThere.isDirectory()) return paths;
  if (await lstat(paths.state).catch(() => undefined)) {
    note(`the state of the stacks lies in ${paths.state}; another one, of an older checkout, lies in ${former}`);
    return paths;
  }
  const user = await whoUses(former);
  if (user !== undefined) {
    note(`the state of the stacks stays in ${former} for now, because stack ${user} is in use`);
    return { ...paths, state: former };
  }
  await move(former, paths.state);
  await leaveLink(former, paths.state);
  note(`the state of the stacks has moved from ${former}, which may be emptied as a cache, to ${paths.state}`);
  return paths;
}

/** A stack on which somebody works: a Pulumi has locked it, or a command of the lab has reserved it. */
async function whoUses(state: string): Promise<string | undefined> {
  for (const stack of await lockedStacks(state)) if (await isLocked(state, stack)) return stack;
  const reserved = await readdir(join(state, "reserved")).catch(() => []);
  for (const file of reserved) {
    const stack = basename(file, ".json");
    if (await readReservation(state, stack)) return stack;
  }
  return undefined;
}

/** Moves a folder; one on another file system is copied first, so that at no time it is half at its new place. */
async function move(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  try {
    await rename(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EXDEV") throw error;
    const scratch = `${to}.part`;
    await rm(scratch, { recursive: true, force: true });
    await cp(from, scratch, { recursive: true, preserveTimestamps: true });
    await rename(scratch, to);
    await rm(from, { recursive: true });
  }
}

async function leaveLink(place: string, target: string): Promise<void> {
  await mkdir(dirname(place), { recursive: true });
  // Two commands at once leave the same link.
  await symlink(target, place).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
  });
}

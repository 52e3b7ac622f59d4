import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import lockfile from "proper-lockfile";
import { UserError } from "../common/user-error.ts";
import { replace } from "../setup/machine/cache.ts";
import { thisProcess } from "../stacks/program/process-name.ts";
import {
  inUseWords,
  RESERVED_BY,
  type Reservation,
  readReservation,
  reservationFile,
} from "../stacks/program/reservation.ts";

/** Stacks that this process has to itself until it is disposed of. */
export interface ReservedStacks extends AsyncDisposable {
  /** Lets the Pulumi that is started with it deploy these stacks. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Takes stacks for a command, all of them or none: until the result is disposed, neither another `bin/lab` nor a `pulumi up` by
 * hand changes them. `state` is the folder of Pulumi's backend, `command` what the user typed, without flags.
 * @throws {UserError} that says which command has one of them.
 */
export async function reserveStacks(
  state: string,
  stacks: readonly string[],
  command: string,
): Promise<ReservedStacks> {
  const reservation: Reservation = { ...(await thisProcess()), command, since: new Date().toJSON() };
  await using taken = new AsyncDisposableStack();
  for (const stack of stacks) {
    const file = reservationFile(state, stack);
    await take(state, stack, reservation);
    taken.defer(() => rm(file, { force: true }));
  }
  const kept = taken.move();
  return { env: { [RESERVED_BY]: String(process.pid) }, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

/** Puts a reservation in the place of none, or of one whose process has ended. */
async function take(state: string, stack: string, reservation: Reservation): Promise<void> {
  const file = reservationFile(state, stack);
  const folder = dirname(file);
  await mkdir(folder, { recursive: true });
  // Two processes may find the same ended reservation: only one of them at a time looks and takes.
  const release = await lockfile.lock(folder, { retries: { retries: 20, minTimeout: 50, maxTimeout: 500 } });
  try {
    const other = await readReservation(state, stack);
    if (other) throw new UserError(inUseWords(state, stack, other));
    await replace(file, (scratch) => writeFile(scratch, JSON.stringify(reservation)));
  } finally {
    await release();
  }
}

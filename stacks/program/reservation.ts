import { readFile } from "node:fs/promises";
import { homedir, hostname } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { UserError } from "../../common/user-error.ts";
import { hasEnded, type ProcessName } from "./process-name.ts";

/** A command of the lab that has a stack to itself from its first operation to its last; Pulumi's own locks are for one each. */
export type Reservation = ProcessName & {
  /** As the user typed it, without flags: `bin/lab observe pod`. */
  readonly command: string;
  /** Wall time, as `Date.toJSON` writes it. */
  readonly since: string;
};

/** In it a command hands its pid on to the Pulumi that it starts. */
export const RESERVED_BY = "ONLINE_INFERENCE_RESERVED_BY";

const STANDARD_BACKEND = "file://~/.local/state/online-inference/pulumi";

/** The file by which a command reserves a stack; `state` is the folder of Pulumi's backend. */
export const reservationFile = (state: string, stack: string): string => join(state, "reserved", `${stack}.json`);

/** Reads who has reserved a stack; undefined where nobody has, or a process that has ended. */
export async function readReservation(state: string, stack: string): Promise<Reservation | undefined> {
  const reservation = await read(reservationFile(state, stack));
  return reservation && !(await hasEnded(reservation)) ? reservation : undefined;
}

/** A reservation; undefined where there is none, or only what a full disk or a loss of power has left of one. */
async function read(path: string): Promise<Reservation | undefined> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as Reservation;
  } catch {
    return undefined;
  }
}

/** Says who has a stack, and what to do. */
export function inUseWords(state: string, stack: string, { command, pid, hostname: host, since }: Reservation): string {
  const isHere = host === hostname();
  return (
    `stack ${stack} is in use: "${command}" has had it since ${momentWords(since)} (pid ${pid}${isHere ? "" : ` on ${host}`}). ` +
    `Wait for it to end, or end it with Ctrl-C where it runs${isHere ? "" : `; if it has ended: rm ${reservationFile(state, stack)}`}`
  );
}

/** A moment as a time of day, with its date unless that is today's. */
export function momentWords(moment: string): string {
  const then = new Date(moment);
  const time = then.toTimeString().slice(0, 8);
  return then.toDateString() === new Date().toDateString() ? time : `${then.toDateString()}, ${time}`;
}

/**
 * Refuses to deploy a stack while a command of the lab has it that did not start this program.
 * @throws {UserError} that says which command that is.
 */
export async function refuseReserved(stack: string, env: Readonly<Record<string, string | undefined>>): Promise<void> {
  const backend = env.PULUMI_BACKEND_URL ?? STANDARD_BACKEND;
  if (!backend.startsWith("file://")) return;
  const state = backend.startsWith("file://~")
    ? join(homedir(), backend.slice("file://~".length))
    : fileURLToPath(backend);
  const reservation = await readReservation(state, stack);
  if (reservation && String(reservation.pid) !== env[RESERVED_BY])
    throw new UserError(inUseWords(state, stack, reservation));
}

import { readFile } from "node:fs/promises";
import { homedir, hostname } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { UserError } from "../../common/user-error.ts";

/** A command of the lab that has a stack to itself from its first operation to its last; Pulumi's own locks are for one each. */
export type Reservation = {
  readonly pid: number;
  /** Tells the process from a later one with the same pid; absent where the system does not say when a process started. */
  readonly startedAt?: string;
  readonly hostname: string;
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
  if (!reservation) return undefined;
  // A process of another machine cannot be asked.
  if (reservation.hostname !== hostname()) return reservation;
  const ended =
    !isAlive(reservation.pid) ||
    (reservation.startedAt !== undefined && reservation.startedAt !== (await startOf(reservation.pid)));
  return ended ? undefined : reservation;
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
export async function startOf(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
  // proc_pid_stat(5): the command's name, in brackets, may hold spaces; starttime is the twentieth field after it.
  return stat?.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
}

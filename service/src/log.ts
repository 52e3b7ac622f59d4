import { type Logger, pino } from "pino";

/** Writes the service's log: a line of JSON for each event, on the standard output. */
export type Log = Logger;

/** A log of the events of a level and above. */
export function createLog(level: string): Log {
  return pino({ level });
}

import { leftJob } from "../observation/left-job.ts";

/** A watch that ends at once, as by a second Ctrl-C. */
export interface EndedAtOnce {
  /** Folder of its recording. */
  readonly folder: string;
  readonly context: string;
  readonly namespace: string;
  /** Name of the Job that sends load; undefined where this machine does. */
  readonly loadJob: string | undefined;
  readonly isCommandRunning: boolean;
}

/** What such a watch leaves behind, and what to do about it. */
export function leftBehind({ folder, context, namespace, loadJob, isCommandRunning }: EndedAtOnce): string {
  const parts = [
    isCommandRunning ? "the command gets SIGTERM, and is not waited for" : undefined,
    loadJob === undefined ? undefined : leftJob({ context, namespace, name: loadJob }),
    `what was recorded is kept: bin/lab report ${folder}`,
  ];
  return parts.filter((part) => part !== undefined).join("; ");
}

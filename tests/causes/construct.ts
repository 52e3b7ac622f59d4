import { fork } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { hostClock } from "../../observer/clock.ts";
import type { Construction } from "./constructions.ts";
import type { Run } from "./run.ts";

const STOP_AFTER_MS = 1_000;
/** How often, and every how many ms, to look whether the process waits. */
const LOOKS = 400;
const LOOK_EVERY_MS = 5;

/** What the process that runs a construction tells: that its change begins, or what came of it. */
export type Told = { readonly changes: true } | { readonly ran: Run } | { readonly failed: string };

/** Runs a construction in a process of its own, which can be stopped as a whole, and resolves with what came of it. */
export async function construct(
  { name, stopLoadMs }: Construction,
  { context, url, folder }: { readonly context: string; readonly url: string; readonly folder: string },
): Promise<Run> {
  const file = join(folder, `${name}.ndjson`);
  const child = fork(fileURLToPath(new URL("construct-process.ts", import.meta.url)), [name, context, url, file]);
  const { promise, resolve, reject } = Promise.withResolvers<Run>();
  child.on("message", (told: Told) => {
    if ("ran" in told) resolve(told.ran);
    else if ("failed" in told) reject(new Error(told.failed));
    else if (stopLoadMs !== undefined) void stopFor(stopLoadMs);
  });
  child.on("exit", (code) => reject(new Error(`the process of ${name} ended with ${code}`)));
  async function stopFor(ms: number): Promise<void> {
    await hostClock.sleep(STOP_AFTER_MS);
    for (let look = 0; look < LOOKS && !(await waits(child.pid)); look += 1) await hostClock.sleep(LOOK_EVERY_MS);
    child.kill("SIGSTOP");
    await hostClock.sleep(ms);
    child.kill("SIGCONT");
  }
  return promise;
}

/**
 * Whether a process waits for something to happen. A load that is stopped there wakes with its timers first, so that what was under
 * way times out; one that is stopped while it computes reads the answers first, and nothing fails. True where nothing tells.
 */
const waits = (pid: number | undefined): Promise<boolean> =>
  readFile(`/proc/${pid}/stat`, "utf8").then(
    (stat) => /\) S /.test(stat),
    () => true,
  );

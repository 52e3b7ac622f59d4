import { mkdir } from "node:fs/promises";
import lockfile from "proper-lockfile";
import type { Paths } from "./paths.ts";
import type { Report } from "./progress.ts";

const waitMs = 5_000;

/** Runs work that writes the cache. Only one process does so at a time: this one waits until another one ends. */
export async function withLock<T>(paths: Paths, report: Report, work: () => Promise<T>): Promise<T> {
  await mkdir(paths.cache, { recursive: true });
  if (await lockfile.check(paths.cache))
    report.note("another bin/lab is preparing this machine; waiting for it to end");
  const release = await lockfile.lock(paths.cache, {
    retries: { forever: true, minTimeout: waitMs, maxTimeout: waitMs },
  });
  try {
    return await work();
  } finally {
    await release();
  }
}

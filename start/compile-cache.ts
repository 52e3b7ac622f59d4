import { join } from "node:path";

const WEEK_MS = 7 * 86_400_000;

/** Where all weeks of Node.js' compile cache lie. */
export const compileCaches = (cache: string): string => join(cache, "compile-cache");

/**
 * Where Node.js keeps what it compiles in this week: it never deletes anything, and more comes with every edit and every checkout.
 * bin/lab has the same name for it.
 */
export const compileCache = (cache: string, nowMs: number): string =>
  join(compileCaches(cache), `week-${Math.floor(nowMs / WEEK_MS)}`);

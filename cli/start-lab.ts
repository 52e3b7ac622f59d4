import { dirname, normalize } from "node:path";
import { startOf } from "../start/bundled.ts";
import { cacheFolder } from "../start/cache-folder.ts";
import { compileCaches } from "../start/compile-cache.ts";
import { LAB } from "../start/programs.ts";

/* What bin/lab starts: cli/lab.ts, from a bundle if there is one. */

const cache = cacheFolder(process.env);
// Set by bin/lab. Node.js has read it by now, and keeps what it compiles; a command of the user's own keeps nothing in the lab's cache.
if (dirname(normalize(process.env.NODE_COMPILE_CACHE ?? "")) === compileCaches(cache))
  delete process.env.NODE_COMPILE_CACHE;
await import(await startOf(LAB, { project: dirname(import.meta.dirname), cache }));

import "../../start/keep-compiled.ts";
import { dirname } from "node:path";
import { startOf } from "../../start/bundled.ts";
import { cacheFolder } from "../../start/cache-folder.ts";
import { FACTS } from "../../start/programs.ts";

/* What asks about a stack: cli/stack/facts-process.ts, from a bundle if there is one. */

const project = dirname(dirname(import.meta.dirname));
await import(await startOf(FACTS, { project, cache: cacheFolder(process.env) }));

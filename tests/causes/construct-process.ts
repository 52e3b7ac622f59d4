import type { Told } from "./construct.ts";
import { CONSTRUCTIONS } from "./constructions.ts";
import { run } from "./run.ts";

/*
 * The process of one construction: node construct-process.ts NAME CONTEXT URL FILE, started by construct.ts. It holds the load, so that
 * stopping it stops the load.
 */

const [name = "", context = "", url = "", file = ""] = process.argv.slice(2);
const tell = (told: Told): void => void process.send?.(told);
const construction = CONSTRUCTIONS.find((one) => one.name === name);
if (!construction) throw new Error(`no construction ${name}`);
try {
  tell({ ran: await run(construction, { context, url, file, tellChange: () => tell({ changes: true }) }) });
} catch (error) {
  tell({ failed: error instanceof Error ? error.message : String(error) });
}
process.disconnect();

import { enableCompileCache } from "node:module";
import { join } from "node:path";
import { cacheFolder } from "./cache-folder.ts";

/*
 * For `node --import`, as Pulumi.yaml has it: Node.js keeps what it compiles from here on, which for the Pulumi program is Pulumi's SDK
 * first of all. A cache that cannot be written is none.
 */

enableCompileCache(join(cacheFolder(process.env), "compile-cache"));

import { enableCompileCache } from "node:module";
import { cacheFolder } from "./cache-folder.ts";
import { compileCache } from "./compile-cache.ts";

/*
 * Node.js keeps what it compiles from here on. For `node --import`, as Pulumi.yaml has it, that is Pulumi's SDK first of all; index.ts
 * imports it as well, because an old language host does not heed that setting. A cache that cannot be written is none.
 */

enableCompileCache(compileCache(cacheFolder(process.env), Date.now()));

import { enableCompileCache } from "node:module";
import { join } from "node:path";
import { UserError } from "../common/user-error.ts";
import { resolvePaths } from "../setup/machine/paths.ts";
import { handleInterrupt } from "./interrupt.ts";

const exitUsage = 2;

handleInterrupt();
// Node keeps what it compiles from here on, so that the next start is quicker; hence the import below.
enableCompileCache(join(resolvePaths().cache, "compile-cache"));

try {
  const { runCommand } = await import("./run-command.ts");
  const exitCode = await runCommand(process.argv.slice(2), resolvePaths());
  process.exitCode ??= exitCode;
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  console.error(`error: ${error.message}`);
  process.exitCode ??= exitUsage;
}

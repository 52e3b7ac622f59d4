// First, so that what is loaded later is kept as it is compiled; bin/lab has it begin earlier still.
import "../start/keep-compiled.ts";
import { UserError } from "../common/user-error.ts";
import { PROFILE_VARIABLE } from "../setup/environment.ts";
import { resolvePaths } from "../setup/machine/paths.ts";
import { loadMachineState } from "../setup/machine-state.ts";
import { handleInterrupt } from "./interrupt.ts";
import { outliveReaders } from "./lost-readers.ts";

const exitUsage = 2;

const paths = resolvePaths();
handleInterrupt();
outliveReaders();

try {
  // What this machine remembers is newer than what a shell may have from an earlier `bin/lab env`.
  const remembered = (await loadMachineState(paths))?.profile;
  if (remembered !== undefined) process.env[PROFILE_VARIABLE] = remembered;
  const { runCommand } = await import("./run-command.ts");
  const exitCode = await runCommand(process.argv.slice(2), paths);
  process.exitCode ??= exitCode;
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  console.error(`error: ${error.message}`);
  process.exitCode ??= exitUsage;
}

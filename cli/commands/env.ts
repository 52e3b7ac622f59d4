import { labEnvironment, shellExports } from "../../setup/environment.ts";
import { resolvePaths } from "../../setup/machine/paths.ts";
import { requireMachineState } from "../../setup/machine-state.ts";
import { stackContext } from "../command.ts";

/** Prints what a shell needs for plain `pulumi`, `minikube` and `kubectl`; the exit code. */
export async function env(): Promise<number> {
  // Before anything is written for a machine that was not set up.
  const state = await requireMachineState(resolvePaths());
  const { paths } = await stackContext();
  console.log(shellExports(labEnvironment(paths, state)));
  return 0;
}

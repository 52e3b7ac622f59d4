import { labEnvironment, shellExports } from "../../setup/environment.ts";
import { requireMachineState } from "../../setup/machine-state.ts";
import { commandContext } from "../command.ts";

/** Prints what a shell needs for plain `pulumi`, `minikube` and `kubectl`; the exit code. */
export async function env(): Promise<number> {
  const { paths } = commandContext();
  console.log(shellExports(labEnvironment(paths, await requireMachineState(paths))));
  return 0;
}

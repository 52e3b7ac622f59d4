import { parseArgs } from "node:util";
import { labEnvironment, requireMachineState, shellExports } from "../../setup/environment.ts";
import { type Command, commandContext } from "../command.ts";

/** Prints what a shell needs for plain `pulumi`, `minikube` and `kubectl`. */
export const env: Command = {
  usage: "env",
  summary: 'variables for a shell: eval "$(bin/lab env)"',
  run: async (args) => {
    parseArgs({ args: [...args], options: {} });
    const { paths } = commandContext();
    console.log(shellExports(labEnvironment(paths, await requireMachineState(paths))));
    return 0;
  },
};

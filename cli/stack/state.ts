import { execa } from "execa";
import { UserError } from "../../common/user-error.ts";
import type { PulumiCall } from "../pulumi.ts";

/**
 * The stacks of the call's backend in whose state there may be resources. One that was never up has none, so that nothing more
 * has to be asked about it; a stack whose number of resources the backend does not tell may have some.
 */
export async function stacksWithResources(call: Omit<PulumiCall, "stack">): Promise<ReadonlySet<string>> {
  const { exitCode, stdout, stderr } = await execa(call.pulumi, ["stack", "ls", "--json"], {
    cwd: call.project,
    env: call.env,
    stdin: "ignore",
    reject: false,
  });
  if (exitCode !== 0) throw new UserError(`Pulumi cannot list its stacks: ${stderr.trim()}`);
  const stacks = JSON.parse(stdout) as readonly { readonly name: string; readonly resourceCount?: number }[];
  return new Set(stacks.filter(({ resourceCount }) => resourceCount !== 0).map(({ name }) => name));
}

import { getOrganization, getProject, getStack, runtime } from "@pulumi/pulumi";
import { UserError } from "../../common/user-error.ts";
import type { LabConfig } from "./config.ts";

/**
 * The kubeconfig context in which the running program's stack is up, from its own outputs; undefined if it is not up, or if the
 * backend cannot tell.
 */
export async function contextInState(): Promise<string | undefined> {
  const name = `${getOrganization()}/${getProject()}/${getStack()}`;
  try {
    // A StackReference asks in the same way, but it would be one more resource of the stack.
    const { outputs } = await runtime.invoke("pulumi:pulumi:readStackOutputs", { name });
    return (outputs as { readonly context?: string } | undefined)?.context;
  } catch {
    // Old backends keep stacks without their projects, so they do not know this name.
    return undefined;
  }
}

/**
 * Makes sure that a stack that is up stays in its cluster. Otherwise Pulumi would take the new cluster for the old one, and the
 * running pods would stay behind. `servers` are the API servers of the kubeconfig's contexts: two contexts of one server are
 * the same cluster. A context that is not among them may still exist, because minikube removes it when a profile stops.
 * @throws {UserError} that says how to move it.
 */
export function refuseMove(
  { stack, context, profile }: Pick<LabConfig, "stack" | "context" | "profile">,
  upIn: string | undefined,
  servers: ReadonlyMap<string, string>,
): void {
  if (upIn === undefined || upIn === context) return;
  const server = servers.get(upIn);
  if (server !== undefined && server === servers.get(context)) return;
  throw new UserError(
    `config ${context === profile ? "profile" : "context"}: got ${JSON.stringify(context)}, allowed: ${upIn}, where stack ` +
      `${stack} is up. To move it, end it there first: pulumi destroy --stack ${stack} ("bin/lab down ${stack}" where that ` +
      "profile was deleted)",
  );
}

import { getOrganization, getProject, getStack, runtime } from "@pulumi/pulumi";
import { UserError } from "../../common/user-error.ts";
import type { LabConfig } from "./config.ts";

/**
 * The kubeconfig context in which the running program's stack is up, by its own outputs; undefined where it is not up, or where
 * the backend cannot tell.
 */
export async function contextInState(): Promise<string | undefined> {
  const name = `${getOrganization()}/${getProject()}/${getStack()}`;
  try {
    // What a StackReference does as well, which would be one more resource of the stack.
    const { outputs } = await runtime.invoke("pulumi:pulumi:readStackOutputs", { name });
    return (outputs as { readonly context?: string } | undefined)?.context;
  } catch {
    // Backends of old keep stacks without their projects.
    return undefined;
  }
}

/**
 * Makes sure that a stack that is up stays in its cluster: Pulumi would take the new one for the old one, and leave the pods
 * that run. `servers` are the API servers of the kubeconfig's contexts: two contexts of one server are the same cluster. That a
 * context is not among them says nothing, as minikube takes it out when a profile is stopped.
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

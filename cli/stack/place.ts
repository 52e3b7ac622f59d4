import { execa } from "execa";
import { UserError } from "../../common/user-error.ts";
import type { PulumiCall } from "../pulumi.ts";

/** Where a stack's resources are, by what Pulumi's state lists; a first `up` that failed may have told neither. */
export interface StackPlace {
  /** kubeconfig context. */
  readonly context?: string;
  /** minikube profile; the context is its own unless config named another one. */
  readonly profile?: string;
}

/** What `pulumi stack export` prints, as far as it tells where resources are. */
interface Exported {
  readonly deployment?: {
    readonly resources?: readonly {
      readonly type: string;
      readonly inputs?: { readonly context?: string };
      readonly outputs?: { readonly profile?: string };
    }[];
  };
}

const STACK = "pulumi:pulumi:Stack";

/** Reads where a stack is up; undefined where nothing of it is. */
export async function stackPlace(call: PulumiCall): Promise<StackPlace | undefined> {
  const { exitCode, stdout, stderr } = await execa(call.pulumi, ["stack", "export", "--stack", call.stack], {
    cwd: call.project,
    env: call.env,
    stdin: "ignore",
    reject: false,
  });
  if (exitCode !== 0) throw new UserError(`cannot read the state of stack ${call.stack}: ${stderr.trim()}`);
  const { resources = [] } = (JSON.parse(stdout) as Exported).deployment ?? {};
  // A destroy of nothing leaves the stack's own entry.
  if (resources.every(({ type }) => type === STACK)) return undefined;
  const context = resources.find(({ type }) => type === "pulumi:providers:kubernetes")?.inputs?.context;
  const profile = resources.find(({ type }) => type === STACK)?.outputs?.profile;
  return { ...(context !== undefined && { context }), ...(profile !== undefined && { profile }) };
}

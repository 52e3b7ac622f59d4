import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { UserError } from "../../common/user-error.ts";
import { readJson } from "../../observer/api-server.ts";
import { statusOf } from "../../stacks/live/lists.ts";
import { loadKubeconfig, selectContext, unreachable } from "../../stacks/live/read.ts";
import { PROJECT } from "../../stacks/program/config.ts";
import { type PulumiCall, requireFree, stateOf } from "../pulumi.ts";
import { clusterTransport } from "./answers-as-stack.ts";
import { type ExportedStack, hasPending, type LiveObject, type ObjectId, pendingCreates, settled } from "./pending.ts";

/** Pulumi and the cluster, as far as settling takes them. */
export interface SettleWays {
  /** Whether the state may hold pending operations; asked of every stack, so it takes no time. */
  readonly mayHavePending: (call: PulumiCall) => Promise<boolean>;
  readonly exportState: (call: PulumiCall) => Promise<ExportedStack>;
  readonly importState: (call: PulumiCall, state: ExportedStack) => Promise<void>;
  /** The object as the cluster has it; undefined where it has none. */
  readonly find: (context: string, object: ObjectId) => Promise<LiveObject | undefined>;
  /** Whether helm has begun to install a release. */
  readonly hasRelease: (
    context: string,
    release: { readonly name: string; readonly namespace: string },
  ) => Promise<boolean>;
}

/** The real ones. */
const byPulumi: SettleWays = { mayHavePending, exportState, importState, find, hasRelease };

/**
 * Settles what a killed Pulumi left half done in a stack's state, so that Pulumi warns of it no more. `isEnding` says that the
 * stack is about to be destroyed, and its namespace with it.
 * @throws {UserError} when a Pulumi works on the stack, or when only a destroy can settle it.
 */
export async function settle(
  call: PulumiCall,
  { isEnding }: { readonly isEnding: boolean },
  ways: SettleWays = byPulumi,
): Promise<void> {
  const { stack } = call;
  // What a Pulumi is doing right now is pending as well.
  await requireFree(call);
  if (!(await ways.mayHavePending(call))) return;
  const state = await ways.exportState(call);
  if (!hasPending(state)) return;
  const there = new Map<string, LiveObject>();
  const unasked: string[] = [];
  for (const { urn, context, ...asked } of pendingCreates(state)) {
    // A destroy took the provider and kept the create: where the object would be, nobody knows any more.
    if (context === undefined) {
      if ("object" in asked) unasked.push(wordsOf(asked.object));
      continue;
    }
    if ("release" in asked) {
      // With the namespace goes what helm knows of it.
      if (isEnding || !(await ways.hasRelease(context, asked.release))) continue;
      throw new UserError(
        `stack ${stack}: a Pulumi was killed while helm installed the chart, and helm does not go on with that. ` +
          `End it first: bin/lab down ${stack}`,
      );
    }
    const found = await ways.find(context, asked.object);
    if (found) there.set(urn, found);
  }
  await ways.importState(call, settled(state, there));
  const names = [...there.values()].map(wordsOf);
  const what = [
    ...(names.length > 0 ? [`the stack has again what it had created: ${names.join(", ")}`] : []),
    ...(unasked.length > 0
      ? [`it is forgotten that it was creating ${unasked.join(", ")}, in a cluster that Pulumi does not know any more`]
      : []),
  ];
  console.log(
    `stack ${stack}: a Pulumi was killed in the middle of its work; ${what.join("; ") || "nothing that it began is left"}`,
  );
}

const wordsOf = ({ kind, metadata }: ObjectId): string => `${kind} ${metadata.name}`;

async function find(context: string, object: ObjectId): Promise<LiveObject | undefined> {
  const kubeconfig = await loadKubeconfig();
  selectContext(kubeconfig, context);
  const { KubernetesObjectApi } = await import("@kubernetes/client-node");
  try {
    return (await KubernetesObjectApi.makeApiClient(kubeconfig).read(object)) as LiveObject;
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw unreachable(error, context, kubeconfig.getCurrentCluster()?.server ?? "");
  }
}

async function hasRelease(
  context: string,
  { name, namespace }: { readonly name: string; readonly namespace: string },
): Promise<boolean> {
  const query = new URLSearchParams({ labelSelector: `owner=helm,name=${name}` });
  const path = `/api/v1/namespaces/${namespace}/secrets?${query}`;
  const { items } = await readJson<{ readonly items: readonly unknown[] }>(clusterTransport(context), path);
  return items.length > 0;
}

/** Whether a stack's state may have operations that nobody finished, by the file of Pulumi's backend; elsewhere Pulumi has to be asked. */
export async function mayHavePending(call: PulumiCall): Promise<boolean> {
  const file = join(stateOf(call), ".pulumi", "stacks", PROJECT, `${call.stack}.json`);
  const text = await readFile(file, "utf8").catch(() => undefined);
  return text === undefined || text.includes('"pending_operations"');
}

async function exportState(call: PulumiCall): Promise<ExportedStack> {
  return JSON.parse(await pulumi(call, "read the state of", ["stack", "export"])) as ExportedStack;
}

async function importState(call: PulumiCall, state: ExportedStack): Promise<void> {
  await pulumi(call, "settle", ["stack", "import"], JSON.stringify(state));
}

async function pulumi(call: PulumiCall, what: string, args: readonly string[], input = ""): Promise<string> {
  const { exitCode, stdout, stderr } = await execa(call.pulumi, [...args, "--stack", call.stack], {
    cwd: call.project,
    env: call.env,
    input,
    reject: false,
  });
  if (exitCode === 0) return stdout;
  throw new UserError(`cannot ${what} stack ${call.stack}: ${stderr.trim()}`);
}

import type { V1Job } from "@kubernetes/client-node";
import { readJson, type Transport } from "../../observer/api-server.ts";
import type { Clock } from "../../observer/clock.ts";
import { removeJob } from "../../observer/load/job.ts";
import { hasEnded, type ProcessName } from "../../stacks/program/process-name.ts";

/** The annotation that names the process which watches. */
const HOLDER = "online-inference/watch";
const OUR_JOBS = "app.kubernetes.io/managed-by=bin-lab,app.kubernetes.io/component=load";

/** The annotations by which a later watch finds out whether a Job's watch still runs. */
export const holderAnnotations = (holder: ProcessName): Readonly<Record<string, string>> => ({
  [HOLDER]: JSON.stringify(holder),
});

/**
 * Removes the Jobs of watches that were killed on this machine; resolves with their names. Those of a running watch, and of other
 * machines, stay: Kubernetes ends a Job by itself at its deadline, and removes it some minutes later.
 */
export async function removeLeftovers(
  transport: Pick<Transport, "request">,
  namespace: string,
  clock: Pick<Clock, "monotonicMs" | "sleep">,
): Promise<readonly string[]> {
  const query = new URLSearchParams({ labelSelector: OUR_JOBS });
  const { items } = await readJson<{ items: readonly V1Job[] }>(
    transport,
    `/apis/batch/v1/namespaces/${namespace}/jobs?${query}`,
  );
  const removed: string[] = [];
  for (const { metadata } of items) {
    const holder = holderOf(metadata?.annotations?.[HOLDER]);
    const name = metadata?.name;
    if (!holder || name === undefined || !(await hasEnded(holder))) continue;
    await removeJob({ transport, namespace, name, clock });
    removed.push(name);
  }
  return removed;
}

function holderOf(text: string | undefined): ProcessName | undefined {
  try {
    return text === undefined ? undefined : (JSON.parse(text) as ProcessName);
  } catch {
    return undefined;
  }
}

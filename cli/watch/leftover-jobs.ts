import { hostname } from "node:os";
import type { V1Job } from "@kubernetes/client-node";
import { readJson, type Transport } from "../../observer/api-server.ts";
import type { Clock } from "../../observer/clock.ts";
import { removeJob } from "../../observer/load/job.ts";
import { isAlive, startOf } from "../../stacks/program/reservation.ts";

const HOLDER = "online-inference/watch";
const OUR_JOBS = "app.kubernetes.io/managed-by=bin-lab,app.kubernetes.io/component=load";

/** The process that watches, as the annotation of its Job names it. */
export interface Holder {
  readonly hostname: string;
  readonly pid: number;
  /** Tells the process from a later one with the same pid; absent where the system does not say when a process started. */
  readonly startedAt?: string;
}

/** This process. */
export async function thisProcess(): Promise<Holder> {
  const startedAt = await startOf(process.pid);
  return { hostname: hostname(), pid: process.pid, ...(startedAt !== undefined && { startedAt }) };
}

/** The annotations by which a later watch finds out whether a Job's watch still runs. */
export const holderAnnotations = (holder: Holder): Readonly<Record<string, string>> => ({
  [HOLDER]: JSON.stringify(holder),
});

/**
 * Removes the Jobs of watches that were killed on this machine; resolves with their names. Those of a running watch, and of other
 * machines, stay: Kubernetes ends a Job by itself at its deadline.
 */
export async function removeLeftovers(
  transport: Pick<Transport, "request">,
  namespace: string,
  clock: Pick<Clock, "monotonicMs" | "sleep">,
  hasEnded: (holder: Holder) => Promise<boolean> = holderHasEnded,
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

function holderOf(text: string | undefined): Holder | undefined {
  try {
    return text === undefined ? undefined : (JSON.parse(text) as Holder);
  } catch {
    return undefined;
  }
}

async function holderHasEnded(holder: Holder): Promise<boolean> {
  if (holder.hostname !== hostname()) return false;
  if (!isAlive(holder.pid)) return true;
  return holder.startedAt !== undefined && holder.startedAt !== (await startOf(holder.pid));
}

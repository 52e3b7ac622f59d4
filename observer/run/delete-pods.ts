import { isReady } from "../../kubernetes/pods.ts";
import { readJson, type Transport } from "../api-server.ts";
import type { Clock } from "../clock.ts";
import type { PodObject } from "../watch/objects.ts";
import { count } from "../words.ts";

export type PodsOf = { readonly namespace: string; readonly labelSelector: string };

const LOOK_EVERY_MS = 500;
const WAIT_AT_MOST_MS = 180_000;

/**
 * Deletes all pods at once, as a user would by hand, and waits until as many new pods are Ready. Pods that were terminating
 * already count neither as old nor as new.
 * @throws {Error} when the new pods are not Ready within three minutes, or the API server refuses.
 */
export async function deletePods(
  transport: Pick<Transport, "request">,
  { namespace, labelSelector }: PodsOf,
  clock: Pick<Clock, "monotonicMs" | "sleep">,
  signal: AbortSignal,
): Promise<void> {
  const path = `/api/v1/namespaces/${namespace}/pods`;
  const list = async () => {
    const query = new URLSearchParams({ labelSelector });
    const { items } = await readJson<{ items: readonly PodObject[] }>(transport, `${path}?${query}`);
    return items;
  };
  const there = await list();
  const old = there.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  const gone = new Set(there.map(({ metadata }) => metadata.uid));
  const answers = await Promise.all(old.map(({ metadata }) => transport.request("DELETE", `${path}/${metadata.name}`)));
  const refused = answers.find(({ status }) => status >= 400 && status !== 404);
  if (refused) throw new Error(`pods cannot be deleted: HTTP ${refused.status} ${refused.text}`);

  const untilMs = clock.monotonicMs() + WAIT_AT_MOST_MS;
  let ready = 0;
  while (!signal.aborted && clock.monotonicMs() < untilMs) {
    const others = (await list()).filter(({ metadata }) => !gone.has(metadata.uid));
    ready = others.filter(isReady).length;
    if (ready >= old.length) return;
    await clock.sleep(LOOK_EVERY_MS, signal);
  }
  if (!signal.aborted)
    throw new Error(
      `${ready} of ${count(old.length, "deleted pod was", "deleted pods were")} replaced within 3 minutes`,
    );
}

import type { AppsV1Api, CoreV1Api } from "@kubernetes/client-node";
import { UserError } from "../../common/user-error.ts";
import { hostClock } from "../../observer/clock.ts";
import { statusOf } from "../../stacks/live/lists.ts";
import { NAME, NAMESPACE } from "./objects.ts";

const READY_WITHIN_MS = 60_000;
const LOOK_MS = 200;

/** The newest image of our service that the node has: it brings Node.js. */
export async function imageOf(core: CoreV1Api): Promise<string> {
  const { items } = await core.listNode();
  const names = items.flatMap(({ status }) => status?.images ?? []).flatMap(({ names: all = [] }) => all);
  const image = names.find((one) => /^(docker\.io\/library\/)?online-inference:v1-/.test(one));
  if (image) return image;
  throw new UserError('no node has an image "online-inference:v1-…", which brings Node.js. Make one: bin/lab up pod');
}

/**
 * Waits until all pods are those of the newest template, and Ready.
 * @throws {UserError} where they are not in time.
 */
export async function settled(apps: AppsV1Api, replicas: number): Promise<void> {
  const endMs = performance.now() + READY_WITHIN_MS;
  for (;;) {
    const { metadata, status = {} } = await apps.readNamespacedDeployment({ name: NAME, namespace: NAMESPACE });
    const isNewest = status.observedGeneration === metadata?.generation && status.updatedReplicas === replicas;
    if (isNewest && status.replicas === replicas && status.readyReplicas === replicas) return;
    if (performance.now() > endMs) throw new UserError(`the pods of ${NAME} are not Ready after ${READY_WITHIN_MS} ms`);
    await hostClock.sleep(LOOK_MS);
  }
}

/** Deletes the server's namespace, and waits until it is gone. */
export async function removeServer(core: CoreV1Api): Promise<void> {
  await core.deleteNamespace({ name: NAMESPACE });
  const isThere = () =>
    core.readNamespace({ name: NAMESPACE }).then(
      () => true,
      (error: unknown) => statusOf(error) !== 404,
    );
  while (await isThere()) await hostClock.sleep(LOOK_MS);
}

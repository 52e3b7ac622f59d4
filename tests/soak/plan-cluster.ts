import { AppsV1Api, CoreV1Api, type V1Deployment, type V1Pod } from "@kubernetes/client-node";
import { UserError } from "../../common/user-error.ts";
import type { Live } from "../../kubernetes/live.ts";
import { kubernetesTransport } from "../../observer/api-server.ts";
import { hostClock } from "../../observer/clock.ts";
import { follow } from "../../observer/watch/follow.ts";
import { statusOf } from "../../stacks/live/lists.ts";
import { loadKubeconfig, readLive, selectContext } from "../../stacks/live/read.ts";
import { PodTally } from "../support/pod-tally.ts";
import { SOAK } from "./plan-case.ts";

/** How long to wait until a namespace and all objects in it are gone. */
const REMOVAL_MS = 90_000;
const LOOK_MS = 200;

/** The cluster for a soak of plans: one namespace, one Deployment, and a watch of its pods. */
export type PlanCluster = {
  readonly image: string;
  readonly tally: PodTally;
  readonly live: () => Promise<Live>;
  readonly apply: (deployment: V1Deployment) => Promise<void>;
  /** Marks a pod as Failed, as the kubelet marks one that it evicts. */
  readonly fail: (pod: string) => Promise<void>;
  /** Gaps of the watch; counts that span a gap are not reliable. */
  readonly gaps: readonly string[];
  readonly remove: () => Promise<void>;
};

/**
 * Makes the namespace and begins to watch.
 * @throws {UserError} if there is no such context, or if no node has the image of pause, a program of 1 MB that does nothing.
 */
export async function openCluster(context: string, signal: AbortSignal): Promise<PlanCluster> {
  const config = await loadKubeconfig();
  selectContext(config, context);
  const [core, apps] = [config.makeApiClient(CoreV1Api), config.makeApiClient(AppsV1Api)];
  const { namespace, name } = SOAK;
  const image = imageIn((await core.listNode()).items.flatMap(({ status }) => status?.images ?? []));
  await core.createNamespace({ body: { metadata: { name: namespace } } });
  const tally = new PodTally();
  const gaps: string[] = [];
  await follow(
    {
      path: `/api/v1/namespaces/${namespace}/pods`,
      onObject: (object, change) => tally.see(object as unknown as V1Pod, change, performance.now()),
      onGap: (_, why) => gaps.push(why),
    },
    { transport: kubernetesTransport(config), clock: hostClock, signal },
  );
  return {
    image,
    tally,
    gaps,
    live: () => readLive(context, namespace, SOAK.stack),
    async apply(body) {
      try {
        await apps.replaceNamespacedDeployment({ namespace, name, body });
      } catch (error) {
        if (statusOf(error) !== 404) throw error;
        await apps.createNamespacedDeployment({ namespace, body });
      }
    },
    async fail(pod) {
      const body = await core.readNamespacedPod({ namespace, name: pod });
      body.status = { ...body.status, phase: "Failed", reason: "Evicted" };
      await core.replaceNamespacedPodStatus({ namespace, name: pod, body });
    },
    async remove() {
      await core.deleteNamespace({ name: namespace });
      await until(REMOVAL_MS, () =>
        core.readNamespace({ name: namespace }).then(
          () => false,
          (error) => statusOf(error) === 404,
        ),
      );
    },
  };
}

function imageIn(images: readonly { readonly names?: readonly string[] }[]): string {
  const image = images.flatMap(({ names = [] }) => names).find((one) => /\/pause:/.test(one));
  if (image) return image;
  throw new UserError('no node has an image "…/pause:…", which pods of a soak are made of: see "minikube image ls".');
}

/** Waits until a condition is true or the time is over; returns whether it is true. */
export async function until(limitMs: number, isSo: () => boolean | Promise<boolean>): Promise<boolean> {
  const endMs = performance.now() + limitMs;
  while (performance.now() < endMs) {
    if (await isSo()) return true;
    await hostClock.sleep(LOOK_MS);
  }
  return isSo();
}

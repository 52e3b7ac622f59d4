import { createWriteStream } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { CoreV1Api, KubeConfig, makeInformer, type V1Pod } from "@kubernetes/client-node";

/*
 * A second watch of pods, by the Kubernetes client's own code and in a process of its own: a line for each version that it is told,
 * `uid version`. What the observer recorded is held against it. The API server closes the watch of a client that is slow; the client
 * then goes on from the version that it has seen last. It ends once it is told of the pod LAST: by then it was told all that happened
 * before.
 *
 *   node version-tally.ts KUBECONFIG NAMESPACE FILE LAST
 */

const RESTART_MS = 200;

const [kubeconfig = "", namespace = "", file = "", last = ""] = process.argv.slice(2);
const config = new KubeConfig();
config.loadFromFile(kubeconfig);
const core = config.makeApiClient(CoreV1Api);
const out = createWriteStream(file);
const informer = makeInformer(config, `/api/v1/namespaces/${namespace}/pods`, () =>
  core.listNamespacedPod({ namespace }),
);

let isOver = false;

async function told({ metadata }: V1Pod): Promise<void> {
  if (metadata?.name !== last) {
    out.write(`${metadata?.uid} ${metadata?.resourceVersion}\n`);
    return;
  }
  isOver = true;
  out.end();
  await informer.stop();
}

for (const change of ["add", "update", "delete"] as const) informer.on(change, told);
informer.on("error", async (error) => {
  // Its own end reaches it as an error as well.
  if (isOver) return;
  console.error(`the watch begins again: ${error?.message}`);
  await sleep(RESTART_MS);
  await informer.start();
});
await informer.start();
console.log("watching");

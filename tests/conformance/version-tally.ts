import { createWriteStream } from "node:fs";
import { KubeConfig, type V1Pod, Watch } from "@kubernetes/client-node";

/*
 * A second watch of pods, by the Kubernetes client's own code and in a process of its own: a line for each version that it is told,
 * `uid version`. What the observer recorded is held against it. It ends once it is told of the pod LAST: by then it was told all that
 * happened before.
 *
 *   node version-tally.ts KUBECONFIG NAMESPACE FILE LAST
 */

const [kubeconfig = "", namespace = "", file = "", last = ""] = process.argv.slice(2);
const config = new KubeConfig();
config.loadFromFile(kubeconfig);
const out = createWriteStream(file);
let hasSeenLast = false;
const watching = await new Watch(config).watch(
  `/api/v1/namespaces/${namespace}/pods`,
  {},
  (_, { metadata }: V1Pod) => {
    if (metadata?.name !== last) return out.write(`${metadata?.uid} ${metadata?.resourceVersion}\n`);
    hasSeenLast = true;
    out.end();
    watching.abort();
  },
  (error) => {
    if (hasSeenLast) return;
    console.error(`the watch ended early: ${error?.message ?? "the server closed it"}`);
    process.exit(1);
  },
);
console.log("watching");

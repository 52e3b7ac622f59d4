import { createWriteStream } from "node:fs";
import { KubeConfig, type V1Pod, Watch } from "@kubernetes/client-node";

/*
 * A second watch of pods, by the Kubernetes client's own code and in a process of its own: a line for each version that it is told,
 * `uid version`. What the observer recorded is held against it.
 *
 *   node version-tally.ts KUBECONFIG NAMESPACE FILE
 */

const [kubeconfig = "", namespace = "", file = ""] = process.argv.slice(2);
const config = new KubeConfig();
config.loadFromFile(kubeconfig);
const out = createWriteStream(file);
const watching = await new Watch(config).watch(
  `/api/v1/namespaces/${namespace}/pods`,
  {},
  (_, { metadata }: V1Pod) => out.write(`${metadata?.uid} ${metadata?.resourceVersion}\n`),
  (error) => {
    if (error && error.name !== "AbortError") process.exitCode = 1;
  },
);
process.once("SIGTERM", () => {
  watching.abort();
  out.end();
});
console.log("watching");

import { execa } from "execa";
import { clusterDocker } from "../../cli/suite.ts";
import { connectionFrom } from "../../setup/docker-provider/connection.ts";
import { realOutside } from "../../setup/machine/outside.ts";
import { minikubeDocker, profile } from "../cluster/support/lab.ts";
import { buildRegistryImage } from "./image.ts";

/** The registry's address on the node; docker uses plain HTTP for addresses of its own machine. */
export const REGISTRY_ADDRESS = "127.0.0.1:5000";

/** Name of the image; it stays in the daemon that built it. */
const REGISTRY_IMAGE = "online-inference-test-registry:v1";

const NAMESPACE = "registry-test";

const kubectl = (args: readonly string[], input?: string) =>
  execa("kubectl", ["--context", profile, "--namespace", NAMESPACE, ...args], input === undefined ? {} : { input });

const pod = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "registry", namespace: NAMESPACE },
  spec: {
    // The building daemon and the kubelet are on the node as well, so all of them reach it at 127.0.0.1.
    hostNetwork: true,
    automountServiceAccountToken: false,
    terminationGracePeriodSeconds: 1,
    containers: [
      {
        name: "registry",
        image: REGISTRY_IMAGE,
        imagePullPolicy: "Never",
        env: [{ name: "REGISTRY_HTTP_ADDR", value: REGISTRY_ADDRESS }],
        readinessProbe: { tcpSocket: { host: "127.0.0.1", port: 5000 }, periodSeconds: 1 },
        resources: { requests: { cpu: "10m", memory: "32Mi" }, limits: { memory: "256Mi" } },
      },
    ],
  },
};

/** Starts the registry on the node, empty, and waits until it listens. */
export async function startRegistry(): Promise<void> {
  const docker = await clusterDocker(realOutside(), "minikube", profile);
  await buildRegistryImage(connectionFrom({}, docker), REGISTRY_IMAGE);
  await stopRegistry();
  const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: NAMESPACE } };
  await kubectl(
    ["apply", "--filename", "-"],
    JSON.stringify({ apiVersion: "v1", kind: "List", items: [namespace, pod] }),
  );
  await kubectl(["wait", "--for=condition=Ready", "pod/registry", "--timeout=120s"]);
}

/** Removes the registry with all pushed images, and these images from the node's daemon. */
export async function stopRegistry(): Promise<void> {
  await kubectl(["delete", "namespace", NAMESPACE, "--ignore-not-found", "--wait"]);
  const { stdout } = await minikubeDocker("images", "--quiet", `${REGISTRY_ADDRESS}/*`);
  const ids = [...new Set(stdout.split("\n").filter(Boolean))];
  if (ids.length > 0) await minikubeDocker("rmi", "--force", ...ids);
}

/** The requests that the registry has answered, one per line, in Apache's combined log format. */
export async function registryLog(): Promise<string[]> {
  const { stdout } = await kubectl(["logs", "pod/registry"]);
  return stdout.split("\n").filter((line) => /"[A-Z]+ \/v2\//.test(line));
}

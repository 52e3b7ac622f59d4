import { generateKeyPairSync, randomBytes } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import { execa } from "execa";
import type { Controllers } from "../../setup/prepare.ts";
import { NODE } from "./shape.ts";
import { STAGES } from "./stages.ts";

const READY_WITHIN_MS = 120_000;
const LOOK_MS = 250;
/** So high that the controllers are never held up: cases run side by side, each as if it had a cluster of its own. */
const REQUESTS = ["--kube-api-qps=2000", "--kube-api-burst=4000"];

/** A process that was started here; awaiting it waits for its end. */
type Started = PromiseLike<unknown> & { readonly kill: (signal: "SIGTERM") => boolean };

/** A running control plane: no kubelet, no scheduler, no docker. */
export type ControlPlane = { readonly config: KubeConfig; readonly stop: () => Promise<void> };

/**
 * Starts etcd, kube-apiserver, kube-controller-manager and kwok on loopback, with data, certificates and ports of their own, and
 * waits until pods would be made. Their output goes to files in `folder`. Only the three controllers that make pods run.
 */
export async function startControlPlane(tools: Controllers, folder: string): Promise<ControlPlane> {
  await mkdir(folder, { recursive: true });
  const running: Started[] = [];
  let isOver = false;
  const start = (program: string, name: string, args: readonly string[]) => {
    const file = { file: join(folder, `${name}.log`) };
    const options = { stdin: "ignore", stdout: file, stderr: file, reject: false, forceKillAfterDelay: 5_000 } as const;
    const child = execa(program, args, { ...options, detached: true });
    running.push(child);
    child.then(() => {
      if (!isOver) console.error(`${name} ended by itself: see ${join(folder, `${name}.log`)}`);
    });
  };
  const stop = async () => {
    isOver = true;
    // The last one started ends first: the controllers before the API server, and that before etcd.
    for (const child of running.toReversed()) {
      child.kill("SIGTERM");
      await child;
    }
  };
  try {
    const [client, peer, secure] = [await freePort(), await freePort(), await freePort()];
    const [clientUrl, peerUrl] = [`http://127.0.0.1:${client}`, `http://127.0.0.1:${peer}`];
    start(tools.etcd, "etcd", [
      ...["--name=one", `--data-dir=${join(folder, "etcd")}`, "--unsafe-no-fsync", "--log-level=error"],
      ...[`--listen-client-urls=${clientUrl}`, `--advertise-client-urls=${clientUrl}`],
      ...[
        `--listen-peer-urls=${peerUrl}`,
        `--initial-advertise-peer-urls=${peerUrl}`,
        `--initial-cluster=one=${peerUrl}`,
      ],
    ]);
    const token = randomBytes(24).toString("hex");
    const keys = generateKeyPairSync("rsa", {
      modulusLength: 2048,
      publicKeyEncoding: { type: "spki", format: "pem" },
      privateKeyEncoding: { type: "pkcs8", format: "pem" },
    });
    const [keyFile, tokenFile, certificates] = ["sa.key", "tokens.csv", "certificates"].map((name) =>
      join(folder, name),
    );
    await writeFile(keyFile as string, keys.privateKey, { mode: 0o600 });
    await writeFile(tokenFile as string, `${token},conformance,conformance,system:masters\n`, { mode: 0o600 });
    start(tools.apiServer, "kube-apiserver", [
      ...[`--etcd-servers=${clientUrl}`, "--bind-address=127.0.0.1", `--secure-port=${secure}`],
      ...[`--cert-dir=${certificates}`, `--token-auth-file=${tokenFile}`, "--authorization-mode=AlwaysAllow"],
      ...[`--service-account-key-file=${keyFile}`, `--service-account-signing-key-file=${keyFile}`],
      ...["--service-account-issuer=https://conformance.local", "--service-cluster-ip-range=10.96.0.0/24"],
      // Pods name their node and no account: nothing has to be admitted or filled in.
      ...["--disable-admission-plugins=ServiceAccount", "--enable-priority-and-fairness=false", "--event-ttl=5m"],
    ]);
    const kubeconfig = join(folder, "kubeconfig");
    const config = configFor(`https://127.0.0.1:${secure}`, join(certificates as string, "apiserver.crt"), token);
    await writeFile(kubeconfig, config.exportConfig(), { mode: 0o600 });
    const core = config.makeApiClient(CoreV1Api);
    await untilReady(() => core.listNamespace().then(() => core.readNamespace({ name: "default" })));
    await core.createNode({ body: { metadata: { name: NODE, annotations: { "kwok.x-k8s.io/node": "fake" } } } });
    start(tools.controllerManager, "kube-controller-manager", [
      ...[`--kubeconfig=${kubeconfig}`, "--leader-elect=false", "--secure-port=0", ...REQUESTS],
      "--controllers=deployment-controller,replicaset-controller,statefulset-controller",
      ...["--concurrent-deployment-syncs=20", "--concurrent-replicaset-syncs=20", "--concurrent-statefulset-syncs=20"],
    ]);
    const stages = join(folder, "stages.yaml");
    await writeFile(stages, STAGES);
    const options = [`--kubeconfig=${kubeconfig}`, `--config=${stages}`, "--manage-all-nodes=true"];
    start(tools.kwok, "kwok", [
      ...options,
      "--node-lease-duration-seconds=0",
      `--server-address=127.0.0.1:${await freePort()}`,
    ]);
    return { config, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function configFor(server: string, caFile: string, token: string): KubeConfig {
  const config = new KubeConfig();
  config.loadFromClusterAndUser(
    { name: "conformance", server, caFile, skipTLSVerify: false },
    { name: "conformance", token },
  );
  return config;
}

async function untilReady(ask: () => Promise<unknown>): Promise<void> {
  const endMs = performance.now() + READY_WITHIN_MS;
  for (;;) {
    try {
      await ask();
      return;
    } catch (error) {
      if (performance.now() > endMs) throw error;
      await sleep(LOOK_MS);
    }
  }
}

/** A port of loopback that nobody uses now. */
const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });

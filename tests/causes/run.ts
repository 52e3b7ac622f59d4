import { AppsV1Api, CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import { UserError } from "../../common/user-error.ts";
import { kubernetesTransport } from "../../observer/api-server.ts";
import { hostClock } from "../../observer/clock.ts";
import { createSender } from "../../observer/load/client.ts";
import { modelExchange } from "../../observer/load/exchange.ts";
import { startLoad } from "../../observer/load/open-loop.ts";
import { fromClusterMs } from "../../observer/recording/clocks.ts";
import { startRecording, tap } from "../../observer/recording/recorder.ts";
import { watchCluster } from "../../observer/watch/cluster.ts";
import { sampleMachine, thisMachine } from "../../observer/watch/machine-samples.ts";
import { statusOf } from "../../stacks/live/lists.ts";
import { selectContext } from "../../stacks/live/read.ts";
import type { Construction } from "./constructions.ts";
import { deployment, NAME, NAMESPACE, program, SELECTOR, service } from "./objects.ts";
import { type PodLine, PodLogs } from "./pod-logs.ts";

const READY_WITHIN_MS = 60_000;
const LOOK_MS = 200;
const SETTLE_MS = 2_000;
/** Load before the change, so that every pod has answered. */
const BEFORE_MS = 3_000;

export type Run = { readonly file: string; readonly lines: readonly PodLine[] };

/**
 * Runs a construction in a namespace of its own, records it in `file`, and removes what it made. `tellChange` is called as the
 * change begins.
 * @throws {UserError} where the cluster lacks something.
 */
export async function run(
  construction: Construction,
  { context, url, file, tellChange }: { context: string; url: string; file: string; tellChange: () => void },
): Promise<Run> {
  const config = new KubeConfig();
  config.loadFromDefault();
  selectContext(config, context);
  const [core, apps] = [config.makeApiClient(CoreV1Api), config.makeApiClient(AppsV1Api)];
  const image = await imageOf(core);
  const namespace = NAMESPACE;
  const logs = new PodLogs(config);
  const controller = new AbortController();
  const { signal } = controller;
  const transport = kubernetesTransport(config);
  const recording = startRecording({ file, header: headerOf(construction), clock: hostClock, onFailure: fail });
  const machine = thisMachine();
  const sampling = sampleMachine({ transport, namespace, machine, clock: hostClock, recorder: recording, signal });
  const recorder = tap(recording, (seen) => {
    sampling.see(seen);
    if (seen.type !== "pod") return;
    for (const one of seen.containers) if (one.state === "running") logs.follow(seen.name, one.restartCount);
  });
  await core.createNamespace({ body: { metadata: { name: namespace } } });
  try {
    await core.createNamespacedConfigMap({ namespace, body: program() });
    await core.createNamespacedService({ namespace, body: service() });
    const target = { namespace, services: [NAME], of: { selector: SELECTOR } };
    const { done } = await watchCluster({ transport, target, clock: hostClock, recorder, signal });
    await fromClusterMs(transport, hostClock, recorder, signal);
    await apps.createNamespacedDeployment({ namespace, body: deployment(construction, image, "v1") });
    await settled(apps, construction.replicas);
    // Nodes hear of endpoints a moment after the pods are Ready, and requests before that fail.
    await hostClock.sleep(SETTLE_MS);
    const exchange = modelExchange({ bodies: ["{}"], releases: {} });
    const load = startLoad({
      url,
      from: "host",
      ratePerSecond: construction.ratePerSecond,
      exchange,
      sender: createSender(url, exchange.request),
      clock: hostClock,
      recorder,
    });
    await hostClock.sleep(BEFORE_MS);
    tellChange();
    if (construction.change) {
      await apps.replaceNamespacedDeployment({ name: NAME, namespace, body: deployment(construction, image, "v2") });
      await settled(apps, construction.replicas);
    }
    await hostClock.sleep(construction.observeMs);
    await load.stop();
    controller.abort();
    await done;
  } finally {
    controller.abort();
    await sampling.done;
    await remove(core);
    recorder.close();
  }
  return { file, lines: logs.lines };
}

function fail(error: UserError): never {
  throw error;
}

const headerOf = ({ name, ratePerSecond, ...settings }: Construction) => ({
  experiment: name,
  title: `Causes by construction: ${name}`,
  question: "Does every failed request get a cause that it can have?",
  stack: NAMESPACE,
  settings: { preStopSeconds: settings.preStopSeconds },
  steps: [],
  hypotheses: [],
  ratePerSecond,
  versions: {},
  machine: "",
});

/** The newest image of our service that the node has: it brings Node.js. */
async function imageOf(core: CoreV1Api): Promise<string> {
  const { items } = await core.listNode();
  const names = items.flatMap(({ status }) => status?.images ?? []).flatMap(({ names: all = [] }) => all);
  const image = names.find((one) => /^(docker\.io\/library\/)?online-inference:v1-/.test(one));
  if (image) return image;
  throw new UserError('no node has an image "online-inference:v1-…", which brings Node.js. Make one: bin/lab up pod');
}

/** Waits until all pods are those of the newest template, and Ready. */
async function settled(apps: AppsV1Api, replicas: number): Promise<void> {
  const endMs = performance.now() + READY_WITHIN_MS;
  for (;;) {
    const { metadata, status = {} } = await apps.readNamespacedDeployment({ name: NAME, namespace: NAMESPACE });
    const isNewest = status.observedGeneration === metadata?.generation && status.updatedReplicas === replicas;
    if (isNewest && status.replicas === replicas && status.readyReplicas === replicas) return;
    if (performance.now() > endMs) throw new UserError(`the pods of ${NAME} are not Ready after ${READY_WITHIN_MS} ms`);
    await hostClock.sleep(LOOK_MS);
  }
}

async function remove(core: CoreV1Api): Promise<void> {
  await core.deleteNamespace({ name: NAMESPACE });
  const isThere = () =>
    core.readNamespace({ name: NAMESPACE }).then(
      () => true,
      (error: unknown) => statusOf(error) !== 404,
    );
  while (await isThere()) await hostClock.sleep(LOOK_MS);
}

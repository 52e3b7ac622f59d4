import { AppsV1Api, CoreV1Api } from "@kubernetes/client-node";
import type { UserError } from "../../common/user-error.ts";
import { kubernetesTransport } from "../../observer/api-server.ts";
import { hostClock } from "../../observer/clock.ts";
import { createSender } from "../../observer/load/client.ts";
import { modelExchange } from "../../observer/load/exchange.ts";
import { startLoad } from "../../observer/load/open-loop.ts";
import { fromClusterMs } from "../../observer/recording/clocks.ts";
import { startRecording, tap } from "../../observer/recording/recorder.ts";
import { watchCluster } from "../../observer/watch/cluster.ts";
import { sampleMachine, thisMachine } from "../../observer/watch/machine-samples.ts";
import { ownPods } from "../../observer/watch/own-pods.ts";
import { loadKubeconfig, selectContext } from "../../stacks/live/read.ts";
import type { Construction } from "./constructions.ts";
import { deployment, NAME, NAMESPACE, program, SELECTOR, service } from "./objects.ts";
import { type PodLine, PodLogs } from "./pod-logs.ts";
import { imageOf, removeServer, settled } from "./server-on-cluster.ts";

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
  const config = await loadKubeconfig();
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
  const target = { namespace, services: [NAME], of: { selector: SELECTOR } };
  const own = ownPods(target);
  const sampling = sampleMachine({ transport, own, machine, clock: hostClock, recorder: recording, signal });
  const recorder = tap(recording, (seen) => {
    own.see(seen);
    if (seen.type !== "pod") return;
    for (const one of seen.containers) if (one.state === "running") logs.follow(seen.name, one.restartCount);
  });
  await core.createNamespace({ body: { metadata: { name: namespace } } });
  try {
    await core.createNamespacedConfigMap({ namespace, body: program() });
    await core.createNamespacedService({ namespace, body: service() });
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
    await removeServer(core);
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

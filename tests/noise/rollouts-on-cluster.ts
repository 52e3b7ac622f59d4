import type { AppsV1Api, CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import { kubernetesTransport } from "../../observer/api-server.ts";
import { hostClock } from "../../observer/clock.ts";
import { createSender } from "../../observer/load/client.ts";
import { modelExchange } from "../../observer/load/exchange.ts";
import { startLoad } from "../../observer/load/open-loop.ts";
import { startRecording } from "../../observer/recording/recorder.ts";
import { startObserver } from "../../observer/watch/sources.ts";
import { CONSTRUCTIONS, type Construction } from "../causes/constructions.ts";
import { deployment, NAME, NAMESPACE, program, SELECTOR, service } from "../causes/objects.ts";
import { settled } from "../causes/server-on-cluster.ts";

/** The clients of one cluster. */
export type Apis = { readonly config: KubeConfig; readonly core: CoreV1Api; readonly apps: AppsV1Api };

const [{ name: _, ...first }] = CONSTRUCTIONS as readonly [Construction, ...Construction[]];
/** The server of the constructions as it does no harm: it waits for the endpoints, drains, and both releases are the same. */
const HARMLESS: Construction = { ...first, name: "noise", preStopSeconds: 3, graceSeconds: 10, change: {} };
const RATE_PER_SECOND = 100;
/** Load before the change, and after its end until the old pods are gone. */
const BEFORE_MS = 2_000;
const OBSERVE_MS = 5_000;
const SETTLE_MS = 2_000;

/** Deploys the server in a namespace of its own, and waits until it is Ready. */
export async function deployServer({ core, apps }: Apis, image: string): Promise<void> {
  await core.createNamespace({ body: { metadata: { name: NAMESPACE } } });
  await core.createNamespacedConfigMap({ namespace: NAMESPACE, body: program() });
  await core.createNamespacedService({ namespace: NAMESPACE, body: service() });
  await apps.createNamespacedDeployment({ namespace: NAMESPACE, body: deployment(HARMLESS, image, "v1") });
  await settled(apps, HARMLESS.replicas);
  // Nodes hear of endpoints a moment after the pods are Ready, and requests before that fail.
  await hostClock.sleep(SETTLE_MS);
}

/** Rolls the server out under load from the release that it has to the other one, and records it; the new release. */
export async function recordRollout(
  { config, apps }: Apis,
  { image, url, file }: { readonly image: string; readonly url: string; readonly file: string },
): Promise<"v1" | "v2"> {
  const { metadata } = await apps.readNamespacedDeployment({ name: NAME, namespace: NAMESPACE });
  const young = metadata?.labels?.["app.kubernetes.io/version"] === "v1" ? "v2" : "v1";
  const step = { id: "change", title: `Roll out ${young}`, kind: "up", config: {} };
  const transport = kubernetesTransport(config);
  await using begun = new AsyncDisposableStack();
  const recorder = begun.adopt(
    startRecording({
      file,
      clock: hostClock,
      header: {
        experiment: "noise",
        title: "A rollout to the same release",
        question: "What do two rollouts of the same change differ by?",
        stack: NAMESPACE,
        settings: {},
        steps: [step],
        hypotheses: [],
        ratePerSecond: RATE_PER_SECOND,
        versions: {},
        machine: "",
      },
      onFailure: (error) => {
        throw error;
      },
    }),
    (one) => one.close(),
  );
  const target = { namespace: NAMESPACE, services: [NAME], of: { selector: SELECTOR } };
  const observer = await startObserver({ transport, target, recorder, clock: hostClock });
  begun.defer(() => observer.stop({ inAHurry: true }));
  const exchange = modelExchange({ bodies: ["{}"], releases: {} });
  const sender = createSender(url, exchange.request);
  const ratePerSecond = RATE_PER_SECOND;
  const load = startLoad({ url, from: "host", ratePerSecond, exchange, sender, clock: hostClock, recorder });
  begun.adopt(load, (one) => one.stop().then(() => {}));

  await hostClock.sleep(BEFORE_MS);
  const releases = [young === "v1" ? "v2" : "v1", young];
  recorder.record({ type: "step-started", step: step.id, title: step.title, releases });
  const startMs = recorder.nowMs();
  await apps.replaceNamespacedDeployment({
    name: NAME,
    namespace: NAMESPACE,
    body: deployment(HARMLESS, image, young),
  });
  await settled(apps, HARMLESS.replicas);
  const operationMs = recorder.nowMs() - startMs;
  await hostClock.sleep(OBSERVE_MS);
  recorder.record({ type: "step-ended", step: step.id, outcome: "succeeded", operationMs });
  return young;
}

import { once } from "node:events";
import { readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { AppsV1Api, CoreV1Api, type V1Pod } from "@kubernetes/client-node";
import { execa } from "execa";
import { commandContext } from "../../cli/command.ts";
import { kubernetesTransport } from "../../observer/api-server.ts";
import { hostClock } from "../../observer/clock.ts";
import { readRecording } from "../../observer/recording/reader.ts";
import { startRecording, tap } from "../../observer/recording/recorder.ts";
import { watchCluster } from "../../observer/watch/cluster.ts";
import { planRollout } from "../../plan/plan.ts";
import { ensureControllers } from "../../setup/prepare.ts";
import { startControlPlane } from "./control-plane.ts";
import { CONTEXT, manifestOf, NAME, type Shape } from "./shape.ts";

/*
 * A rollout of 1,000 pods by the real controllers, watched and recorded by the observer as it watches any other:
 *
 *   npm run conformance:thousand
 *
 * It prints what the observer's process took in CPU and memory, and whether every version of every pod that a second watch was told is in
 * the recording. kwok plays the kubelet; every program runs on this machine, so the figures are those of a busy one.
 */

const PODS = 1_000;
const LONGEST_MS = 600_000;
const LOOK_MS = 500;
const NAMESPACE = "thousand";

/** A pod that is created once all is over. */
const LAST = "last";
const pod = (name: string): V1Pod => ({ metadata: { name }, spec: { containers: [{ name, image: "none" }] } });

const shapeOf = (release: string): Extract<Shape, { kind: "Deployment" }> => ({
  kind: "Deployment",
  pods: { release, startMs: 1_500, stopMs: 500, broken: false },
  replicas: PODS,
  minReadySeconds: 0,
  paused: false,
  strategy: { maxSurge: "25%", maxUnavailable: "25%" },
});

const { outside, paths, report } = commandContext();
const folder = join(paths.cache, "conformance", `thousand-${process.pid}`);
const plane = await startControlPlane(await ensureControllers(outside, paths, report), folder);
const watching = new AbortController();
try {
  const [core, apps] = [plane.config.makeApiClient(CoreV1Api), plane.config.makeApiClient(AppsV1Api)];
  const place = { namespace: NAMESPACE, name: NAME };
  await core.createNamespace({ body: { metadata: { name: NAMESPACE } } });
  const untilDone = async () => {
    const endMs = performance.now() + LONGEST_MS;
    for (;;) {
      const { metadata, status, spec } = await apps.readNamespacedDeployment(place);
      const { observedGeneration = 0, updatedReplicas = 0, availableReplicas = 0, replicas = 0 } = status ?? {};
      const isSeen = observedGeneration >= (metadata?.generation ?? 0);
      if (isSeen && [updatedReplicas, availableReplicas, replicas].every((number) => number === spec?.replicas)) return;
      if (performance.now() > endMs)
        throw new Error(`not done in ${LONGEST_MS / 1000} s: ${availableReplicas} available`);
      await sleep(LOOK_MS);
    }
  };
  const first = manifestOf(shapeOf("r1"), 0);
  if (first.kind !== "Deployment") throw new Error("a Deployment is needed");
  await apps.createNamespacedDeployment({ namespace: NAMESPACE, body: first });
  await untilDone();
  console.log(`${PODS} pods are there; now all get another release`);

  const file = join(folder, "recording.ndjson");
  let events = 0;
  const recorder = tap(
    startRecording({
      file,
      header: {
        ...{ experiment: "thousand", title: "A rollout of 1,000 pods", question: "", stack: NAMESPACE },
        ...{ settings: {}, steps: [], hypotheses: [], ratePerSecond: 0, versions: {}, machine: "" },
      },
      clock: hostClock,
      onFailure: (error) => {
        throw error;
      },
    }),
    () => {
      events += 1;
    },
  );
  const transport = kubernetesTransport(plane.config);
  const target = {
    namespace: NAMESPACE,
    services: [],
    of: { workloads: [{ kind: "Deployment", name: NAME }] },
  } as const;
  const { done } = await watchCluster({ transport, target, clock: hostClock, recorder, signal: watching.signal });
  const versions = join(folder, "versions.txt");
  const tally = execa(
    process.execPath,
    [
      fileURLToPath(new URL("version-tally.ts", import.meta.url)),
      join(folder, "kubeconfig"),
      NAMESPACE,
      versions,
      LAST,
    ],
    { timeout: LONGEST_MS },
  );
  // If it fails early, the others are ended first.
  const tallied = tally.then(
    () => undefined,
    (error: Error) => error,
  );
  await once(tally.stdout, "data");
  const { deployments, replicaSets, pods } = await liveOf();
  const wanted = manifestOf(shapeOf("r2"), 1);
  const plan = planRollout(
    wanted,
    { deployments, replicaSets, pods, services: [], nodes: [], foreign: { pods: 0, cpuMillicores: 0, memoryBytes: 0 } },
    CONTEXT,
  );
  const before = process.cpuUsage();
  const beganAtMs = performance.now();
  let mostBytes = 0;
  const looking = setInterval(() => {
    mostBytes = Math.max(mostBytes, process.memoryUsage().rss);
  }, LOOK_MS);
  if (wanted.kind === "Deployment") await apps.replaceNamespacedDeployment({ ...place, body: wanted });
  await untilDone();
  const seconds = (performance.now() - beganAtMs) / 1000;
  const { user, system } = process.cpuUsage(before);
  clearInterval(looking);
  await core.createNamespacedPod({ namespace: NAMESPACE, body: pod(LAST) });
  const failure = await tallied;
  if (failure) throw failure;
  // The observer is told of the end within this time, as the tally was.
  await sleep(LOOK_MS * 4);
  watching.abort();
  await done;
  recorder.close();
  const { size } = await stat(file);
  console.log(`the plan: at most ${plan.maxPods} pods, at least ${plan.minReady} ready, ${plan.created} created`);
  console.log(`${seconds.toFixed(0)} s; ${events} events recorded, ${(size / 1e6).toFixed(1)} MB`);
  console.log(
    `the observer: ${((user + system) / 1e6).toFixed(1)} s of CPU, at most ${(mostBytes / 2 ** 20).toFixed(0)} MiB`,
  );
  const told = new Set((await readFile(versions, "utf8")).trim().split("\n"));
  const recording = await readRecording(file);
  const recorded = new Set(
    recording.events.flatMap((event) => (event.type === "pod" ? [`${event.uid} ${event.resourceVersion}`] : [])),
  );
  const missed = [...told].filter((version) => !recorded.has(version)).length;
  const gaps = recording.events.filter(({ type }) => type === "gap").length;
  console.log(
    `another watch was told ${told.size} versions of pods; ${missed} of them are not recorded, with ${gaps} gaps`,
  );
  process.exitCode = missed === 0 ? 0 : 1;

  async function liveOf() {
    const all = { namespace: NAMESPACE };
    const [found, sets, running] = await Promise.all([
      apps.listNamespacedDeployment(all),
      apps.listNamespacedReplicaSet(all),
      core.listNamespacedPod(all),
    ]);
    return { deployments: found.items, replicaSets: sets.items, pods: running.items };
  }
} finally {
  watching.abort();
  await plane.stop();
  await rm(folder, { recursive: true, force: true });
}

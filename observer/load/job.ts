import type { V1Job, V1OwnerReference, V1Pod } from "@kubernetes/client-node";
import { UserError } from "../../common/user-error.ts";
import { messageOf, readJson, type Transport } from "../api-server.ts";
import type { Clock } from "../clock.ts";
import { LOAD_GRACE_SECONDS, type LoadObjects } from "./job-manifest.ts";
import { LOAD_NAME } from "./name.ts";

export type JobTools = {
  readonly transport: Pick<Transport, "request">;
  readonly namespace: string;
  /** Name of the Job, its ConfigMap and its Secret. */
  readonly name: string;
  readonly clock: Pick<Clock, "monotonicMs" | "sleep">;
};

const LOOK_EVERY_MS = 250;
const RUNNING_WITHIN_MS = 60_000;
const GONE_WITHIN_MS = (LOAD_GRACE_SECONDS + 15) * 1000;
/** Reasons for waiting that do not go away without a change by somebody. */
const HOPELESS = /^(ErrImage.*|ImagePullBackOff|ImageInspectError|InvalidImageName|Create.*Error|RunContainerError)$/;

const core = (namespace: string) => `/api/v1/namespaces/${namespace}`;
const jobsOf = (namespace: string) => `/apis/batch/v1/namespaces/${namespace}/jobs`;

/**
 * Creates the Job, then the ConfigMap and the Secret that it owns, and waits until its pod runs; resolves with the pod's name.
 * What a Job owns goes with the Job, whoever deletes it: a Secret with somebody's credentials must not outlive the load. The
 * pod waits for its volume until both are there.
 * @throws {UserError} that says what keeps the pod from running, or that the signal was aborted.
 */
export async function createJob(
  tools: JobTools,
  { configMap, secret, job }: LoadObjects,
  signal: AbortSignal,
): Promise<string> {
  const { namespace, transport, clock } = tools;
  const { metadata } = await create<V1Job>(transport, jobsOf(namespace), job);
  const uid = metadata?.uid ?? "";
  const owner: V1OwnerReference = { apiVersion: "batch/v1", kind: "Job", name: tools.name, uid };
  const owned = <T extends LoadObjects["secret" | "configMap"]>(object: T) => ({
    ...object,
    metadata: { ...object.metadata, ownerReferences: [owner] },
  });
  await create(transport, `${core(namespace)}/secrets`, owned(secret));
  await create(transport, `${core(namespace)}/configmaps`, owned(configMap));
  const untilMs = clock.monotonicMs() + RUNNING_WITHIN_MS;
  let waitsFor = "no pod was created";
  while (!signal.aborted) {
    const [pod] = await podsOf(tools, `batch.kubernetes.io/controller-uid=${uid}`);
    const state = pod ? stateOf(pod) : await refusalOf(tools, uid);
    if (pod && state.runs) return pod.metadata?.name ?? "";
    if (state.hopeless) throw cannotRun(tools, state.hopeless);
    waitsFor = state.waitsFor ?? waitsFor;
    if (clock.monotonicMs() > untilMs) throw cannotRun(tools, `after 60 s: ${waitsFor}`);
    await clock.sleep(LOOK_EVERY_MS, signal);
  }
  throw new UserError("interrupted before the load's pod ran. Run the same command again.");
}

const cannotRun = ({ namespace, name }: JobTools, why: string): UserError =>
  new UserError(
    `load: the Job ${name} in namespace ${namespace} cannot run: ${why}. ` +
      "Mend that, or send load from this machine: --load-from host",
  );

/** State of the container that sends. Others may be beside it, such as the proxy that a mesh puts into every pod. */
const loadState = ({ status }: V1Pod) => status?.containerStatuses?.find(({ name }) => name === LOAD_NAME)?.state;

/** The state of the container that sends: it runs, waits for something, or can never run (`hopeless`, with the reason). */
type State = { readonly runs?: true; readonly waitsFor?: string; readonly hopeless?: string };

function stateOf(pod: V1Pod): State {
  const state = loadState(pod);
  if (state?.running) return { runs: true };
  const words = (reason = "", message = "") => [reason, message].filter(Boolean).join(": ");
  if (state?.terminated) {
    const { exitCode, reason, message } = state.terminated;
    return { hopeless: `its container ended with exit code ${exitCode} (${words(reason, message)})` };
  }
  if (state?.waiting) {
    const { reason, message } = state.waiting;
    const why = words(reason, message);
    return HOPELESS.test(reason ?? "") ? { hopeless: why } : { waitsFor: why };
  }
  const scheduled = pod.status?.conditions?.find(({ type }) => type === "PodScheduled");
  return scheduled?.status === "False" ? { waitsFor: words(scheduled.reason, scheduled.message) } : {};
}

/** Reads why the Job's controller could not create a pod, for example because of the namespace's security standard. */
async function refusalOf({ transport, namespace }: JobTools, uid: string): Promise<State> {
  const query = new URLSearchParams({ fieldSelector: `involvedObject.uid=${uid},reason=FailedCreate` });
  const path = `${core(namespace)}/events?${query}`;
  const { items } = await readJson<{ items: readonly { readonly message?: string }[] }>(transport, path);
  const message = items[0]?.message;
  return message === undefined ? {} : { hopeless: message };
}

/** Asks the pod to end: SIGTERM, and LOAD_GRACE_SECONDS for the requests under way. */
export async function endPod({ transport, namespace }: JobTools, name: string): Promise<void> {
  await remove(transport, `${core(namespace)}/pods/${name}?gracePeriodSeconds=${LOAD_GRACE_SECONDS}`);
}

/**
 * Resolves with whether the pod sends nothing more: its container has ended, or it is gone. False when the API server does not
 * answer.
 */
export async function hasEnded({ transport, namespace }: JobTools, name: string): Promise<boolean> {
  try {
    const { status, text } = await transport.request("GET", `${core(namespace)}/pods/${name}`);
    if (status === 404) return true;
    const pod = JSON.parse(text) as V1Pod;
    return ["Succeeded", "Failed"].includes(pod.status?.phase ?? "") || loadState(pod)?.terminated !== undefined;
  } catch {
    return false;
  }
}

/**
 * Removes the Job with its pods, the ConfigMap and the Secret, also those of an earlier run, and waits until Job and pods are gone.
 * @throws {UserError} when the API server refuses, or they are not gone in time.
 */
export async function removeJob(tools: JobTools): Promise<void> {
  const { transport, namespace, name, clock } = tools;
  const job = `${jobsOf(namespace)}/${name}`;
  await remove(transport, `${job}?propagationPolicy=Background`);
  await remove(transport, `${core(namespace)}/secrets/${name}`);
  await remove(transport, `${core(namespace)}/configmaps/${name}`);
  const untilMs = clock.monotonicMs() + GONE_WITHIN_MS;
  const isThere = async () =>
    (await transport.request("GET", job)).status !== 404 ||
    (await podsOf(tools, `batch.kubernetes.io/job-name=${name}`)).length > 0;
  while (await isThere()) {
    if (clock.monotonicMs() > untilMs) {
      throw new UserError(
        `load: the Job ${name} in namespace ${namespace} does not go. ` +
          `See why: kubectl -n ${namespace} describe job,pod -l batch.kubernetes.io/job-name=${name}`,
      );
    }
    await clock.sleep(LOOK_EVERY_MS);
  }
}

async function podsOf({ transport, namespace }: JobTools, labelSelector: string): Promise<readonly V1Pod[]> {
  const path = `${core(namespace)}/pods?${new URLSearchParams({ labelSelector })}`;
  return (await readJson<{ items: readonly V1Pod[] }>(transport, path)).items;
}

async function create<T>(transport: Pick<Transport, "request">, path: string, object: object): Promise<T> {
  const { status, text } = await transport.request("POST", path, undefined, object);
  if (status >= 200 && status < 300) return JSON.parse(text) as T;
  throw new UserError(
    `load: the API server refused to create ${path}: HTTP ${status}: ${messageOf(text)}. ` +
      "Ask for the right to, or send load from this machine: --load-from host",
  );
}

async function remove(transport: Pick<Transport, "request">, path: string): Promise<void> {
  const { status, text } = await transport.request("DELETE", path);
  if (status >= 300 && status !== 404) {
    throw new UserError(
      `load: the API server refused to delete ${path}: HTTP ${status}: ${messageOf(text)}. Delete it by hand.`,
    );
  }
}

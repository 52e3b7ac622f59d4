import { UserError } from "../../common/user-error.ts";
import type { StreamingTransport } from "../api-server.ts";
import type { Clock } from "../clock.ts";
import { fromClusterMs } from "../recording/clocks.ts";
import type { Recorder } from "../recording/recorder.ts";
import type { Exchange } from "./exchange.ts";
import { createJob, endPod, hasEnded, type JobTools, removeJob } from "./job.ts";
import { followLog } from "./job-log.ts";
import { LOAD_GRACE_SECONDS, loadManifests } from "./job-manifest.ts";
import { closing, emptyLedger, enter, type LoadLedger, withAnotherPod } from "./ledger.ts";
import { LOAD_NAME } from "./name.ts";
import { type Load, MAX_DURATION_MS, requireRate } from "./open-loop.ts";
import { findTarget, type LoadTarget } from "./target.ts";

export type ClusterLoadOptions = {
  readonly transport: Pick<StreamingTransport, "request" | "stream">;
  readonly target: LoadTarget;
  readonly ratePerSecond: number;
  readonly exchange: Exchange;
  /** The bundled load program. */
  readonly program: string;
  readonly clock: Clock;
  readonly recorder: Pick<Recorder, "nowMs" | "record">;
  /** How long load lasts at most; MAX_DURATION_MS unless it is given. */
  readonly longestMs?: number;
  /** Ms since the epoch by a clock that goes on while this machine sleeps, as its pod does; Date.now unless it is given. */
  readonly dateMs?: () => number;
  /** Ends the start early; once load runs, only `stop` ends it. */
  readonly signal: AbortSignal;
  /** Told where the Job could not be removed, so that it may go on sending: why, in a whole sentence. */
  readonly onLeft: (why: string) => void;
};

/** The state of supervised load: one Job at a time, and the ledger of the lines that its pods wrote. */
type Supervision = {
  readonly options: ClusterLoadOptions;
  readonly tools: JobTools;
  /** How much is left of the longest time that load may last, counted from when it was asked for, in ms. */
  readonly leftMs: () => number;
  /** Aborted when load is to end: from then on a lost pod is not replaced. */
  readonly stopping: AbortController;
  /** Aborted when the supervisor stops reading the log. */
  readonly givingUp: AbortController;
  /** Resolves when the first `load-started` line has been read. */
  readonly begun: PromiseWithResolvers<void>;
  ledger: LoadLedger;
  /** Whether a Job was created, or tried to be. */
  mayBeThere: boolean;
  /** Name of the pod that sends; undefined while no pod does. */
  pod: string | undefined;
};

const FIRST_LINE_WITHIN_MS = 30_000;
const RETRY_AFTER_MS = 1_000;
const END_WITHIN_MS = (LOAD_GRACE_SECONDS + 5) * 1000;

/**
 * Sends load from a Job in the experiment's namespace and records its lines as they arrive. A pod that ends unasked, for
 * example because its namespace is deleted, is replaced as long as load may last; the time between is a gap. See ledger.ts.
 * @throws {UserError} that says what keeps the pod from running.
 */
export async function startClusterLoad(options: ClusterLoadOptions): Promise<Load> {
  const { transport, target, clock, recorder, signal } = options;
  requireRate(options.ratePerSecond);
  const supervision: Supervision = {
    options,
    leftMs: timeLeft(options),
    tools: { transport, namespace: target.namespace, name: target.name ?? LOAD_NAME, clock },
    stopping: new AbortController(),
    givingUp: new AbortController(),
    begun: Promise.withResolvers<void>(),
    ledger: emptyLedger(await fromClusterMs(transport, clock, recorder, signal)),
    mayBeThere: false,
    pod: undefined,
  };
  let following: Promise<void> = Promise.resolve();
  try {
    following = keepFollowing(supervision, await launch(supervision, signal));
    await firstLine(supervision, following);
  } catch (error) {
    await giveUp(supervision, following);
    if (!signal.aborted) throw error;
    return { stop: async () => 0 };
  }
  let ending: Promise<number> | undefined;
  return {
    stop: () => {
      ending ??= end(supervision, following);
      return ending;
    },
  };
}

/** Tells how much is left of the longest time that load may last, counted from now. A clock that is set back gives no more. */
function timeLeft({ longestMs = MAX_DURATION_MS, dateMs = Date.now }: ClusterLoadOptions): () => number {
  const startMs = dateMs();
  return () => Math.min(longestMs, startMs + longestMs - dateMs());
}

/** Removes an earlier Job, if there is one, and creates a new one; resolves with the name of its pod once the pod runs. */
async function launch(supervision: Supervision, signal: AbortSignal): Promise<string> {
  const { options, tools } = supervision;
  const { transport, target, ratePerSecond, exchange, program } = options;
  await removeJob(tools);
  const { url, like } = await findTarget(transport, target);
  const { namespace, instance, image, annotations } = target;
  const order = { url, ratePerSecond, exchange, longestMs: supervision.leftMs() };
  const objects = loadManifests({
    namespace,
    instance,
    name: tools.name,
    ...(like && { like }),
    ...(image !== undefined && { image }),
    ...(annotations && { annotations }),
    program,
    order,
  });
  supervision.mayBeThere = true;
  return createJob(tools, objects, signal);
}

/** Records the lines of one pod until the pod has ended or `givingUp` is aborted. */
async function follow(supervision: Supervision, pod: string): Promise<void> {
  const { options, tools, givingUp, begun } = supervision;
  const { transport, target, recorder, clock } = options;
  supervision.ledger = withAnotherPod(supervision.ledger);
  await followLog({
    stream: () => transport.stream(logPath(target.namespace, pod, supervision.ledger.last), givingUp.signal),
    take: (text) => {
      const { ledger, happenings } = enter(supervision.ledger, text);
      supervision.ledger = ledger;
      for (const happening of happenings) recorder.record(happening);
      if (ledger.hasBegun) begun.resolve();
    },
    isOver: () => hasEnded(tools, pod),
    clock,
    signal: givingUp.signal,
  });
}

/** Follows the first pod, and then each pod that replaces a lost one, until load is to end or may last no longer. */
async function keepFollowing(supervision: Supervision, first: string): Promise<void> {
  const { options, stopping } = supervision;
  supervision.pod = first;
  for (;;) {
    if (supervision.pod !== undefined) await follow(supervision, supervision.pod);
    supervision.pod = undefined;
    if (stopping.signal.aborted) return;
    if (!supervision.ledger.hasBegun) {
      throw new UserError(`load: the pod ${first} ended before it sent anything. ${logHint(options.target)}`);
    }
    await options.clock.sleep(RETRY_AFTER_MS, stopping.signal);
    // Kubernetes ends a pod that has sent for the longest time: that one is not lost.
    if (stopping.signal.aborted || supervision.leftMs() <= 0) return;
    // A failed launch, for example while the namespace is being deleted, is tried again; the gap covers that time.
    supervision.pod = await launch(supervision, stopping.signal).catch(() => undefined);
  }
}

/**
 * Waits until the first pod begins to send.
 * @throws {UserError} when the pod ends before that, or does not begin in time.
 */
async function firstLine({ options, begun }: Supervision, following: Promise<void>): Promise<void> {
  const inTime = new AbortController();
  const late = options.clock.sleep(FIRST_LINE_WITHIN_MS, inTime.signal).then(() => {
    if (inTime.signal.aborted) return;
    throw new UserError(`load: nothing was sent within 30 s of the pod's start. ${logHint(options.target)}`);
  });
  try {
    await Promise.race([begun.promise, following, late]);
  } finally {
    inTime.abort();
  }
}

/** Cleans up after a start that failed or was interrupted. */
async function giveUp(supervision: Supervision, following: Promise<void>): Promise<void> {
  const { options, tools, stopping, givingUp } = supervision;
  stopping.abort();
  givingUp.abort();
  await following.catch(() => {});
  await removeJob(tools).catch(({ message }: Error) => {
    if (supervision.mayBeThere) options.onLeft(message);
  });
}

/** Asks the pod to end, waits for its last lines and removes the Job; resolves with the number of requests sent. */
async function end(supervision: Supervision, following: Promise<void>): Promise<number> {
  const { options, tools, stopping, givingUp, pod } = supervision;
  const { clock, recorder } = options;
  stopping.abort();
  if (pod !== undefined) await endPod(tools, pod).catch(() => {});
  const inTime = new AbortController();
  await Promise.race([following, clock.sleep(END_WITHIN_MS, inTime.signal).then(() => givingUp.abort())]);
  inTime.abort();
  givingUp.abort();
  const { ledger } = supervision;
  for (const happening of closing(ledger, recorder.nowMs(), pod !== undefined)) recorder.record(happening);
  // The recording matters more than a Job that cannot be removed: the Job's deadline ends it, if nobody does.
  await removeJob(tools).catch(({ message }: Error) => {
    recorder.record({ type: "engine", kind: "diagnostic", severity: "warning", message });
    options.onLeft(message);
  });
  return ledger.sent;
}

const logHint = ({ namespace, name = LOAD_NAME }: LoadTarget): string =>
  `Run the same command again, and see: kubectl -n ${namespace} logs -f job/${name}`;

/**
 * Path of a pod's log from the second of its last line on. The API takes whole seconds only; lines that come twice are known by
 * their numbers.
 */
function logPath(namespace: string, pod: string, last: LoadLedger["last"]): string {
  const since = last && { sinceTime: new Date(Math.floor(last.writtenMs / 1000) * 1000).toISOString() };
  const query = new URLSearchParams({ follow: "true", container: LOAD_NAME, ...since });
  return `/api/v1/namespaces/${namespace}/pods/${pod}/log?${query}`;
}

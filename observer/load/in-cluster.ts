import { UserError } from "../../common/user-error.ts";
import type { StreamingTransport } from "../api-server.ts";
import type { Clock } from "../clock.ts";
import type { Gap } from "../events.ts";
import { fromClusterMs } from "../recording/clocks.ts";
import type { Recorder } from "../recording/recorder.ts";
import type { ReferenceAnswers } from "./answers.ts";
import { createJob, endPod, hasEnded, type JobTools, removeJob } from "./job.ts";
import { followLog, type LoadLine, lineTaker, moved } from "./job-log.ts";
import { LOAD_GRACE_SECONDS, loadManifests } from "./job-manifest.ts";
import { LOAD_NAME } from "./name.ts";
import { type Load, requireRate } from "./open-loop.ts";
import { findTarget, type LoadTarget } from "./target.ts";

/** What load in the cluster is made of. */
export type ClusterLoadOptions = {
  readonly transport: Pick<StreamingTransport, "request" | "stream">;
  readonly target: LoadTarget;
  readonly ratePerSecond: number;
  readonly reference: ReferenceAnswers;
  /** The bundled load program. */
  readonly program: string;
  readonly clock: Clock;
  readonly recorder: Pick<Recorder, "nowMs" | "record">;
  /** Gives up the start; load that runs is ended by `stop`. */
  readonly signal: AbortSignal;
};

const FIRST_LINE_WITHIN_MS = 30_000;
const RETRY_AFTER_MS = 1_000;
const END_WITHIN_MS = (LOAD_GRACE_SECONDS + 5) * 1000;

/**
 * Sends load from a Job in the experiment's namespace and records its lines as they come. A pod that goes without being asked,
 * with its namespace for example, is followed by another one; what lies between is a gap.
 * @throws {UserError} that says what keeps the pod from running.
 */
export async function startClusterLoad(options: ClusterLoadOptions): Promise<Load> {
  const { transport, target, clock, recorder, signal } = options;
  requireRate(options.ratePerSecond);
  const tools: JobTools = { transport, namespace: target.namespace, clock };
  const stopping = new AbortController();
  const giveUp = new AbortController();
  const begun = Promise.withResolvers<void>();
  let sent = 0;
  let hasBegun = false;
  let pod: string | undefined;
  let lastMs: number | undefined;
  let endedBySelf = false;
  const byMs = await fromClusterMs(transport, clock, recorder, signal);

  const gap = (fromMs: number, untilMs: number, why: string) =>
    void recorder.record({ type: "gap", source: "load", fromMs, untilMs, why } satisfies Gap);

  function take({ writtenMs, happening }: LoadLine): void {
    const atMs = writtenMs + byMs;
    if (happening.type === "load-started") {
      if (lastMs !== undefined) gap(lastMs, atMs, "the load's pod was gone; another one sends");
      if (!hasBegun) recorder.record(happening);
      hasBegun = true;
      begun.resolve();
    } else if (happening.type === "load-ended") endedBySelf = true;
    else {
      if (happening.type === "request") sent += 1;
      recorder.record(moved(happening, byMs));
    }
    lastMs = atMs;
  }

  async function launch(launchSignal: AbortSignal): Promise<string> {
    await removeJob(tools);
    const { url, like } = await findTarget(transport, target);
    const { ratePerSecond, reference, program } = options;
    const { namespace, instance } = target;
    const order = { url, ratePerSecond, reference };
    endedBySelf = false;
    return createJob(tools, loadManifests({ namespace, instance, like, program, order }), launchSignal);
  }

  async function follow(name: string): Promise<void> {
    const lines = lineTaker(take, (fromMs, untilMs, count) =>
      gap(fromMs + byMs, untilMs + byMs, `${count} lines of the load's log were lost`),
    );
    await followLog({
      stream: () => transport.stream(logPath(target.namespace, name, lines.last()), giveUp.signal),
      take: lines.take,
      isOver: () => hasEnded(tools, name),
      clock,
      signal: giveUp.signal,
    });
  }

  async function keepFollowing(first: string): Promise<void> {
    pod = first;
    for (;;) {
      if (pod !== undefined) await follow(pod);
      pod = undefined;
      if (stopping.signal.aborted) return;
      if (!hasBegun) throw new UserError(`load: the pod ${first} ended before it sent anything. ${logHint(target)}`);
      await clock.sleep(RETRY_AFTER_MS, stopping.signal);
      if (stopping.signal.aborted) return;
      // Whatever keeps it from running now, such as a namespace on its way out, the gap tells of it.
      pod = await launch(stopping.signal).catch(() => undefined);
    }
  }

  async function end(): Promise<number> {
    stopping.abort();
    const wasSending = pod !== undefined;
    if (pod !== undefined) await endPod(tools, pod).catch(() => {});
    const inTime = new AbortController();
    await Promise.race([following, clock.sleep(END_WITHIN_MS, inTime.signal).then(() => giveUp.abort())]);
    inTime.abort();
    giveUp.abort();
    if (!(wasSending && endedBySelf) && lastMs !== undefined) {
      gap(lastMs, recorder.nowMs(), "the load's pod did not tell of its end");
    }
    recorder.record({ type: "load-ended", sent });
    // What was observed is worth more than a Job that stays: the next start replaces it, and its deadline ends it.
    await removeJob(tools).catch(({ message }: Error) =>
      recorder.record({ type: "engine", kind: "diagnostic", severity: "warning", message }),
    );
    return sent;
  }

  let following: Promise<void> = Promise.resolve();
  try {
    following = keepFollowing(await launch(signal));
    await firstLine(following, begun.promise, clock, target);
  } catch (error) {
    stopping.abort();
    giveUp.abort();
    await following.catch(() => {});
    await removeJob(tools).catch(() => {});
    if (!signal.aborted) throw error;
    return { stop: async () => 0 };
  }
  let ending: Promise<number> | undefined;
  return {
    stop: () => {
      ending ??= end();
      return ending;
    },
  };
}

async function firstLine(
  following: Promise<void>,
  begun: Promise<void>,
  clock: Pick<Clock, "sleep">,
  target: LoadTarget,
): Promise<void> {
  const inTime = new AbortController();
  const late = clock.sleep(FIRST_LINE_WITHIN_MS, inTime.signal).then(() => {
    if (inTime.signal.aborted) return;
    throw new UserError(`load: nothing was sent within 30 s of the pod's start. ${logHint(target)}`);
  });
  try {
    await Promise.race([begun, following, late]);
  } finally {
    inTime.abort();
  }
}

const logHint = ({ namespace }: LoadTarget): string =>
  `Run the same command again, and see: kubectl -n ${namespace} logs -f job/${LOAD_NAME}`;

/** Since the second of the last line: no finer time is understood, and what comes twice is known by its number. */
function logPath(namespace: string, pod: string, last: LoadLine | undefined): string {
  const since = last && { sinceTime: new Date(Math.floor(last.writtenMs / 1000) * 1000).toISOString() };
  const query = new URLSearchParams({ follow: "true", container: LOAD_NAME, ...since });
  return `/api/v1/namespaces/${namespace}/pods/${pod}/log?${query}`;
}

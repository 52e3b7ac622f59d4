import { availableParallelism } from "node:os";
import { monitorEventLoopDelay } from "node:perf_hooks";
import Type from "typebox";
import { Value } from "typebox/value";
import { readJson, type Transport } from "../api-server.ts";
import { type Clock, roundedMs } from "../clock.ts";
import type { MachineMeasured } from "../events.ts";
import type { Recorder } from "../recording/recorder.ts";
import { bareUid, type Known, type Owner, type Process, podUid, showsTheNode, ticksByOwner } from "./cpu-owners.ts";
import type { OwnPods } from "./own-pods.ts";
import { type MachineTimes, machineTimes, processReader, TICK_MS } from "./proc-files.ts";

const SAMPLE_EVERY_MS = 2_000;
const ANSWER_WITHIN_MS = 2_000;
/** Each wake of the timer that is looked at costs CPU: with 10 ms it takes 0.5 % of a core, with 50 ms 0.2 %. */
const DELAY_RESOLUTION_MS = 50;
/** Of the 40 wakes of a sample a single one may be late: that is no lack of CPU. */
const DELAY_PERCENTILE = 95;
/** Pods of other namespaces are looked up again no more often than this. */
const LIST_EVERY_MS = 10_000;
const CLUSTERS_OWN = "/api/v1/namespaces/kube-system/pods";

/** What the sampling reads of this machine. Injected, so that tests make a machine of their own. */
export type MachineReader = {
  readonly cores: number;
  readonly times: () => MachineTimes;
  readonly processes: () => readonly Process[] | undefined;
  readonly observerPid: number;
};

export const thisMachine = (): MachineReader => ({
  cores: availableParallelism(),
  times: machineTimes,
  processes: processReader(),
  observerPid: process.pid,
});

export type MachineOptions = {
  readonly transport: Pick<Transport, "request">;
  /** The pods whose CPU is the stack's, those of its load included. They see all that is recorded. */
  readonly own: Pick<OwnPods, "areKnown" | "told" | "untold">;
  readonly machine: MachineReader;
  readonly clock: Pick<Clock, "monotonicMs" | "sleep">;
  readonly recorder: Pick<Recorder, "record">;
  readonly signal: AbortSignal;
};

/** The sampling of a machine under way. */
export type MachineSampling = {
  /** Whether the latest look showed whose processes run on the node. */
  readonly showsOwners: () => boolean;
  readonly done: Promise<void>;
};

/**
 * Records every 2 s what the machine did: its CPU by owner, how late timers are, and how long the API server takes to answer. It is
 * what a change does not touch, so verdicts compare with it.
 */
export function sampleMachine(options: MachineOptions): MachineSampling {
  const { clock, recorder, signal, machine, own } = options;
  const untold = new Set<string>();
  const clusterPods = new Set<string>();
  const known = (): Known => ({
    observerPid: machine.observerPid,
    stackPods: new Set([...own.told, ...untold]),
    clusterPods,
  });
  let listedMs = Number.NEGATIVE_INFINITY;
  let isShown = false;

  async function sample(): Promise<void> {
    const delay = monitorEventLoopDelay({ resolution: DELAY_RESOLUTION_MS });
    delay.enable();
    let before = await look();
    while (!signal.aborted) {
      await clock.sleep(SAMPLE_EVERY_MS, signal);
      if (signal.aborted) break;
      const apiServerMs = await roundTrip(options);
      const now = await look();
      const timersLateMs = roundedMs(Math.max(0, delay.percentile(DELAY_PERCENTILE) / 1e6 - DELAY_RESOLUTION_MS));
      delay.reset();
      recorder.record({
        ...machineMeasured(before, now, machine.cores),
        timersLateMs,
        ...(apiServerMs !== undefined && { apiServerMs }),
      });
      before = now;
    }
    delay.disable();
  }

  async function look(): Promise<Look> {
    const processes = machine.processes();
    if (processes && hasUnknownPod(processes, known()) && clock.monotonicMs() - listedMs > LIST_EVERY_MS) {
      listedMs = clock.monotonicMs();
      for (const uid of await uidsIn(options, CLUSTERS_OWN)) clusterPods.add(uid);
      if (own.untold !== undefined) for (const uid of await uidsIn(options, own.untold)) untold.add(uid);
    }
    const ticks =
      processes && own.areKnown() && showsTheNode(processes, known()) ? ticksByOwner(processes, known()) : undefined;
    isShown = ticks !== undefined;
    return { atMs: clock.monotonicMs(), times: machine.times(), ...(ticks && { ticks }) };
  }

  return {
    showsOwners: () => isShown,
    done: sample(),
  };
}

/** What one look at the machine shows; `ticks` is absent where the node's processes are not to be seen. */
export type Look = {
  readonly atMs: number;
  readonly times: MachineTimes;
  readonly ticks?: Readonly<Record<Owner, number>>;
};

/**
 * What the machine did between two looks. When a process ends, all its ticks become its parent's. Where the parent has another
 * owner, one sum falls, which counts as 0, and the other jumps by the whole life of the process: others have at most what was busy
 * and nobody else's.
 *
 * Example: in 2,000 ms of 2 cores the machine was busy for 3,000 ms; the ticks of others rose by 250, which are 2,500 ms. 1.5
 * cores were busy, 1.25 of them by others.
 */
export function machineMeasured(
  before: Look,
  now: Look,
  cores: number,
): Pick<MachineMeasured, "type" | "overMs" | "cores" | "busyCores" | "owners"> {
  const overMs = Math.max(1, now.atMs - before.atMs);
  const inCores = (ms: number) => Math.round((Math.max(0, ms) / overMs) * 1000) / 1000;
  const [was, is] = [before.ticks, now.ticks];
  const ofOwner = (owner: Owner) => (was && is ? (is[owner] - was[owner]) * TICK_MS : 0);
  const stolenMs = now.times.stolenMs - before.times.stolenMs;
  const busyCores = inCores(now.times.busyMs - before.times.busyMs);
  const known = {
    stack: inCores(ofOwner("stack")),
    cluster: inCores(ofOwner("cluster")),
    observer: inCores(ofOwner("observer")),
  };
  const left = Math.max(0, busyCores - known.stack - known.cluster - known.observer);
  const others = Math.min(inCores(Math.max(0, ofOwner("others")) + stolenMs), roundedMs(left));
  return {
    type: "machine",
    overMs: roundedMs(overMs),
    cores,
    busyCores,
    ...(was && is && { owners: { ...known, others } }),
  };
}

const hasUnknownPod = (processes: readonly Process[], { stackPods, clusterPods }: Known): boolean =>
  processes.some(({ cgroup }) => {
    const uid = podUid(cgroup);
    return uid !== undefined && !stackPods.has(uid) && !clusterPods.has(uid);
  });

/** The time until the API server answers a small request; undefined where it does not in time. */
async function roundTrip({ transport, clock, signal }: MachineOptions): Promise<number | undefined> {
  const startMs = clock.monotonicMs();
  try {
    await transport.request("GET", "/version", AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]));
    return roundedMs(clock.monotonicMs() - startMs);
  } catch {
    return undefined;
  }
}

const Annotations = Type.Optional(Type.Record(Type.String(), Type.String()));
const PodUids = Type.Object({
  items: Type.Array(Type.Object({ metadata: Type.Object({ uid: Type.String(), annotations: Annotations }) })),
});
/** The uid in the cgroup of a static pod, which is not that of the object in the API. */
const CONFIG_HASH = "kubernetes.io/config.hash";

/** Uids of the pods of a list, as cgroups name them. None where the API server does not answer. */
async function uidsIn({ transport, signal }: MachineOptions, path: string): Promise<string[]> {
  try {
    const list = await readJson<unknown>(transport, path, signal);
    if (!Value.Check(PodUids, list)) return [];
    return list.items.map(({ metadata: { uid, annotations } }) => bareUid(annotations?.[CONFIG_HASH] ?? uid));
  } catch {
    return [];
  }
}

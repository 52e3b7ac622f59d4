import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "../../common/user-error.ts";
import type { Live } from "../../kubernetes/live.ts";
import { nameOf } from "../../kubernetes/pods.ts";
import { readJson } from "../../observer/api-server.ts";
import type { Load } from "../../observer/load/open-loop.ts";
import type { Recorder } from "../../observer/recording/recorder.ts";
import { changeBoard } from "../../observer/run/change-board.ts";
import { LONGEST_WAIT_HOURS } from "../../observer/run/change-limit.ts";
import { conduct, type Observation } from "../../observer/run/conduct.ts";
import { withControls } from "../../observer/run/controls.ts";
import { sentRequests } from "../../observer/run/sent-requests.ts";
import type { Command } from "../../observer/run/user-command.ts";
import {
  AT_MOST_SHARE,
  type ChangeResult,
  WATCHED_STEPS,
  type WatchedChange,
  watchedSteps,
} from "../../observer/run/watched-change.ts";
import type { Hypothesis } from "../../observer/verdicts/hypotheses/index.ts";
import { requestsNeeded } from "../../observer/verdicts/requests-needed.ts";
import type { WatchTarget } from "../../observer/watch/cluster.ts";
import { isForbidden, isGone } from "../../observer/watch/refused.ts";
import type { Interruptible } from "../interrupt.ts";
import { folderName, type RecordedSession, recordSession } from "../observation/record-session.ts";
import type { ClusterAccess } from "./cluster-access.ts";
import { nameOfWorkload, pathOf, type Target } from "./find-target.ts";
import { leftBehind } from "./left-behind.ts";
import { graceOf, patienceOf, planChange, readLive, timeOf, whyNoPlan } from "./prediction.ts";

/** A watch that is about to begin: all that was asked for and found out. */
export interface WatchOrder {
  readonly access: ClusterAccess;
  readonly target: Target;
  /** What a reader sees of the watch: its name, how it was asked for, and where its load goes. Nothing of it is secret. */
  readonly told: {
    readonly name: string;
    readonly settings: Readonly<Record<string, unknown>>;
    /** What weakens every answer of the watch, in whole sentences. */
    readonly notices: readonly string[];
    readonly versions: Readonly<Record<string, string>>;
    readonly machine: string;
  };
  readonly hypotheses: readonly Hypothesis[];
  readonly ratePerSecond: number;
  /** Absent where somebody else makes the change. */
  readonly command?: Command;
  /** The user's own limit; absent where the plan or the workload's deadline says it. */
  readonly timeoutMs?: number;
  /** Name of the Job that sends load; absent where this machine does. */
  readonly loadJob?: string;
  /** Container port of the lab's own service, whose figures may be asked for; absent for pods of others. */
  readonly metricsPort?: number;
  /** Folder of all reports. */
  readonly reports: string;
  readonly note: (line: string) => void;
  readonly startLoad: (recorder: Recorder, signal: AbortSignal) => Promise<Load>;
  readonly effects: RecordedSession["effects"];
  readonly interruptible: (child: { readonly kill: () => void }) => Interruptible;
  /** Has the words say what is left behind where the process ends at once, until it is disposed of. */
  readonly endingAtOnce: (words: () => string) => Disposable;
}

/** The folder of the recording, how its steps ended, and what became of the change. */
export interface WatchMade {
  readonly folder: string;
  readonly observation: Observation;
  readonly result: ChangeResult;
  /** Whether the change began: the command was started, or somebody else changed a workload. */
  readonly hasBegun: boolean;
}

/** Watches one change under load, and records it. Whatever happens, all that was started is ended, and the command is awaited. */
export async function makeWatch(order: WatchOrder): Promise<WatchMade> {
  const { access, target, command, note, effects } = order;
  using interruption = order.interruptible({ kill: () => command?.kill("SIGINT") });
  const { signal } = interruption;
  const sent = sentRequests();
  const begun = new Set<string>();
  let before: Live | undefined;
  const names = target.workloads.map(nameOfWorkload);
  const board = changeBoard(names);
  const noPlans = (error: unknown): readonly never[] => {
    note(whyNoPlan(error));
    return [];
  };
  const look = async () => {
    try {
      before = await readLive(access, names, target.nodes);
    } catch (error) {
      note(whyNoPlan(error));
    }
  };
  const folder = await newFolder(join(order.reports, "watch"), `${folderName(new Date())}-${names[0]?.name ?? ""}`);
  let conducted: ReturnType<typeof watchedSteps> | undefined;
  using _ = order.endingAtOnce(() =>
    leftBehind({
      folder,
      context: access.context,
      namespace: access.namespace,
      loadJob: order.loadJob,
      isCommandRunning: conducted?.isCommandRunning() ?? false,
    }),
  );
  const takeSteps: RecordedSession["takeSteps"] = (recorder, onProgress) => {
    const change: WatchedChange = {
      ...(command && { command: command.run }),
      waitedInVain() {
        note(`a watch waits for ${LONGEST_WAIT_HOURS} h at most, and ends: run the same command again to wait on`);
        interruption.abort();
      },
      board,
      look,
      generations: () => generationsOf(access, target),
      ...(order.timeoutMs !== undefined && { timeoutMs: order.timeoutMs }),
      patienceMs: patienceOf(target.workloads),
      graceMs: graceOf(target.workloads),
      async plan() {
        const plans = before ? await planChange(access, names, before).catch(noPlans) : [];
        if (plans.length > 0)
          recorder.record({ type: "plan", step: "change", plans: plans.map(({ planned }) => planned) });
        return timeOf(plans);
      },
      requestsSince: sent.since,
      requestsNeeded: (step) => requestsNeeded(order.hypotheses, step, AT_MOST_SHARE),
      ratePerSecond: order.ratePerSecond,
      recorder,
      clock: effects.clock,
      signal,
    };
    conducted = watchedSteps(change);
    const startLoad = () => order.startLoad(recorder, signal);
    const { clock } = effects;
    return conduct({ steps: conducted.steps, startLoad, loadStarts: "before", recorder, clock, onProgress, signal });
  };
  try {
    const observation = await recordSession({
      folder,
      header: async () => headerOf(order),
      steps: WATCHED_STEPS,
      transport: access.transport,
      target: watchTarget(order),
      ...(order.metricsPort !== undefined && { port: order.metricsPort }),
      effects,
      signal,
      abort: interruption.abort,
      note,
      see: (happening) => {
        board.see(happening);
        sent.see(happening);
        if (happening.type === "step-started") begun.add(happening.step);
      },
      takeSteps,
    });
    if (conducted?.isCommandRunning()) note("the command still runs: waiting for its end");
    await conducted?.commandEnded();
    if (begun.size === 0) throw new UserError("ended before the first step: nothing was changed, and nothing is kept");
    const result = conducted?.result() ?? { notOver: [], nothingChanged: true };
    return { folder, observation, result, hasBegun: begun.has("change") };
  } catch (error) {
    // The load could not be started, or the like: the command is left to end by itself, as its change may be half done.
    await conducted?.commandEnded();
    // What was recorded before the first step tells nobody anything.
    if (begun.size === 0) await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

/** Makes a folder of that name, with a number where another watch began in the same second. */
async function newFolder(parent: string, name: string): Promise<string> {
  await mkdir(parent, { recursive: true });
  for (let number = 1; ; number += 1) {
    const folder = join(parent, number === 1 ? name : `${name}-${number}`);
    try {
      await mkdir(folder);
      return folder;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  }
}

function headerOf({ told, access, hypotheses, ratePerSecond }: WatchOrder) {
  return {
    experiment: "watch",
    title: `Rollout of ${told.name} in namespace ${access.namespace}`,
    question: `What does the change do to the users of ${told.name}?`,
    stack: told.name,
    settings: told.settings,
    ...(told.notices.length > 0 && { notices: told.notices }),
    steps: withControls(WATCHED_STEPS).map(({ step, control }) => ({
      ...step,
      config: {},
      ...(control && { control }),
    })),
    hypotheses,
    ratePerSecond,
    atMostShare: AT_MOST_SHARE,
    versions: told.versions,
    machine: told.machine,
  };
}

const watchTarget = ({ access, target: { workloads, service }, loadJob }: WatchOrder): WatchTarget => ({
  namespace: access.namespace,
  services: service ? [nameOf(service)] : [],
  of: { workloads: workloads.map(nameOfWorkload), ...(loadJob !== undefined && { loadJob }) },
});

/**
 * Generations of the workloads as the API server has them now; one that is gone, or may not be read, is left out.
 * @throws {ApiError} where the API server gives another answer than these.
 */
async function generationsOf({ transport, namespace }: ClusterAccess, { workloads }: Target) {
  const read = await Promise.all(
    workloads.map((workload) =>
      readJson<{ metadata: { uid: string; generation?: number } }>(
        transport,
        pathOf(namespace, nameOfWorkload(workload)),
      ).catch((error: unknown) => {
        if (isForbidden(error) || isGone(error)) return undefined;
        throw error;
      }),
    ),
  );
  return new Map(
    read.flatMap((object) => (object ? [[object.metadata.uid, object.metadata.generation ?? 0] as const] : [])),
  );
}

import { writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { nameOf } from "../../kubernetes/pods.ts";
import { readJson } from "../../observer/api-server.ts";
import { hostClock } from "../../observer/clock.ts";
import { bundleLoad } from "../../observer/load/bundle.ts";
import { createSender } from "../../observer/load/client.ts";
import { startClusterLoad } from "../../observer/load/in-cluster.ts";
import { type Load, startLoad } from "../../observer/load/open-loop.ts";
import { readRecording } from "../../observer/recording/reader.ts";
import { startRecording } from "../../observer/recording/recorder.ts";
import { junitOf } from "../../observer/report/junit.ts";
import { summaryMarkdown } from "../../observer/report/summary-markdown.ts";
import { safeCommand } from "../../observer/request/redaction.ts";
import { noticesOf } from "../../observer/request/told-request.ts";
import { longestLoadMs } from "../../observer/run/change-limit.ts";
import { command } from "../../observer/run/user-command.ts";
import { startObserver } from "../../observer/watch/sources.ts";
import { thisProcess } from "../../stacks/program/process-name.ts";
import { commandContext } from "../command.ts";
import { endingAtOnce, interruptible } from "../interrupt.ts";
import { labVersion } from "../lab-version.ts";
import { conclude } from "../observation/conclusion.ts";
import { tellLeftJob } from "../observation/left-job.ts";
import { machineWords } from "../observation/machine.ts";
import { clusterError, refusedError } from "../server-error.ts";
import { terminalPrompt } from "../stack/agree.ts";
import { agreeToLoad } from "../watch/agree-to-load.ts";
import { checkBeforeStart } from "../watch/before-start.ts";
import { type ChosenLoad, chooseLoad, localClusterOf, toldAddress } from "../watch/choose-load.ts";
import { type ClusterAccess, namespaceError, openCluster } from "../watch/cluster-access.ts";
import { watchExitCode } from "../watch/exit-code.ts";
import { findTarget, podLabels, type Target } from "../watch/find-target.ts";
import { holderAnnotations, removeLeftovers } from "../watch/leftover-jobs.ts";
import { listens } from "../watch/listens.ts";
import { privateKubeconfig } from "../watch/private-kubeconfig.ts";
import { printRbac } from "../watch/rbac.ts";
import { typedName, type WatchRequest } from "../watch/watch-request.ts";
import { makeWatch, type WatchMade, type WatchOrder } from "../watch/watch-session.ts";
import { watchView } from "../watch/watch-view.ts";
import { hypothesesOf, ownHypotheses, type WhatIsSent, whatIsSent } from "../watch/what-is-sent.ts";

const LOCAL_RATE = 100;
const FOREIGN_RATE = 20;

/** Watches a change of anybody's workload under load, decides hypotheses by it, and writes a report; the exit code. */
export async function watch(request: WatchRequest): Promise<number> {
  const context = commandContext();
  const { note } = context.report;
  if (request.printRbac) {
    const { namespace } = openCluster(request);
    console.log(printRbac({ namespace, watched: request.watched }));
    return 0;
  }
  let made: WatchMade | undefined;
  using _ = endingAtOnce(() =>
    made ? `the recording is complete: bin/lab report ${made.folder}` : "nothing was sent, and nothing was changed",
  );
  await checkBeforeStart(request, process.env.PATH);
  const sent = await whatIsSent(request, process.env);
  const own = await ownHypotheses(request.hypotheses);
  const access = openCluster(request);
  const { target, versions } = await learn(access, request).catch(async (error: unknown) => {
    throw clusterError(await namespaceError(error, access), access);
  });
  const hypotheses = hypothesesOf(own, target.workloads, sent.namesPods);
  const { namespace } = access;
  const chosen = await chooseLoad({ ...request, target, namespace, ...pathOf(sent), listens });
  const ratePerSecond = request.rate ?? (localClusterOf(target.nodes) ? LOCAL_RATE : FOREIGN_RATE);
  const name = typedName(request.watched);
  for (const line of target.notes) note(line);
  const what =
    `context ${access.context} (${access.cluster}), namespace ${namespace}, ${name}: ${ratePerSecond} requests per second ` +
    `to ${toldAddress(chosen.url)} from ${chosen.from === "host" ? "this machine" : "a Job in the cluster"}`;
  note(what);
  if (chosen.from === "cluster" && chosen.why !== undefined) note(`load comes from the cluster, because ${chosen.why}`);
  const notices = noticesOf(sent.exchange.request, chosen.url);
  for (const notice of notices) note(notice);
  await agreeToLoad(what, { isLocal: chosen.isLocal, yes: request.yes, prompt: terminalPrompt });

  const lab = await labVersion(context.outside, context.paths.project);
  {
    // It goes before the report is written, which takes seconds.
    await using kubeconfig = await privateKubeconfig(access.kubeconfig, access.context, namespace, process.env);
    made = await makeWatch({
      access,
      target,
      told: {
        name,
        settings: {
          context: access.context,
          namespace,
          ...(target.service && { service: nameOf(target.service) }),
          ...(request.command && { command: safeCommand(request.command) }),
          ...sent.told,
        },
        notices,
        versions: { lab, ...versions },
        machine: machineWords(),
      },
      hypotheses,
      ratePerSecond,
      ...(request.command && { command: command(request.command, kubeconfig.env) }),
      ...(chosen.from === "cluster" && { loadJob: chosen.jobName }),
      ...(request.timeoutMs !== undefined && { timeoutMs: request.timeoutMs }),
      reports: join(context.paths.project, "reports"),
      note,
      startLoad: loadStarter({
        access,
        target,
        chosen,
        sent,
        ratePerSecond,
        longestMs: longestLoadMs(request.command === undefined),
        note,
      }),
      effects: {
        clock: hostClock,
        startRecording,
        startObserver,
        view: (steps) => watchView(steps, note, request.command !== undefined),
      },
      interruptible,
      endingAtOnce,
    }).catch((error: unknown) => {
      throw refusedError(error, access);
    });
  }
  return tell(made, request, context);
}

const pathOf = ({ path }: WhatIsSent) => (path === undefined ? {} : { path });

async function learn(access: ClusterAccess, request: WatchRequest) {
  const [target, { gitVersion }] = await Promise.all([
    findTarget(access, request),
    readJson<{ gitVersion: string }>(access.transport, "/version"),
  ]);
  return { target, versions: { node: process.versions.node, kubernetes: gitVersion } };
}

type LoadParts = {
  readonly access: ClusterAccess;
  readonly target: Target;
  readonly chosen: ChosenLoad;
  readonly sent: WhatIsSent;
  readonly ratePerSecond: number;
  readonly longestMs: number;
  readonly note: (line: string) => void;
};

/** Makes the function that begins to send, from this machine or by a Job. */
const loadStarter =
  ({ access, target, chosen, sent, ratePerSecond, longestMs, note }: LoadParts): WatchOrder["startLoad"] =>
  async (recorder, signal): Promise<Load> => {
    const { exchange } = sent;
    const common = { ratePerSecond, longestMs, exchange, recorder, clock: hostClock };
    const { url } = chosen;
    if (chosen.from === "host") {
      return startLoad({ ...common, url, from: "host", sender: createSender(url, exchange.request) });
    }
    const { transport, namespace } = access;
    for (const job of await removeLeftovers(transport, namespace, hostClock)) {
      note(`Job ${job} of a watch that was killed is removed`);
    }
    const [workload] = target.workloads;
    const labels = target.service?.spec?.selector ?? (workload ? podLabels(workload) : {});
    return startClusterLoad({
      ...common,
      transport,
      signal,
      onLeft: tellLeftJob(note, { context: access.context, namespace, name: chosen.jobName }),
      program: await bundleLoad(),
      target: {
        namespace,
        instance: "watch",
        selector: labels,
        service: nameOf(target.service ?? {}),
        port: target.service?.spec?.ports?.[0]?.port ?? 0,
        path: "/",
        name: chosen.jobName,
        image: chosen.image,
        url,
        annotations: holderAnnotations(await thisProcess()),
      },
    });
  };

/** Writes the report and what else was asked for, and tells how the change went; the exit code. */
async function tell(
  { folder, result, hasBegun }: WatchMade,
  { junit, summary, command: given }: WatchRequest,
  context: ReturnType<typeof commandContext>,
): Promise<number> {
  const { note } = context.report;
  const { code, data, files } = await conclude(folder, await readRecording(folder), context);
  if (junit !== undefined) await writeFile(junit, junitOf(data));
  if (summary !== undefined) await writeFile(summary, summaryMarkdown(data, relative(process.cwd(), files.html)));
  console.log(`report: ${relative(process.cwd(), folder)}; again from the recording: bin/lab report ${folder}`);
  if (!hasBegun) note(given ? "the command was not run" : "nobody changed anything in that time");
  else if (result.nothingChanged) note("nothing changed: no workload got another spec, and no pod came or went");
  return watchExitCode(code, result);
}

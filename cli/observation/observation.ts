import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { UserError } from "../../common/user-error.ts";
import { selectorText, type Transport } from "../../observer/api-server.ts";
import { hostClock } from "../../observer/clock.ts";
import type { EngineEvent } from "../../observer/events.ts";
import type { ReferenceAnswers } from "../../observer/load/answers.ts";
import { RECORDING_FILE } from "../../observer/recording/reader.ts";
import { type Recorder, startRecording, tap } from "../../observer/recording/recorder.ts";
import { deletePods } from "../../observer/run/delete-pods.ts";
import { pulumiEngine } from "../../observer/run/engine.ts";
import { rolloutBoard } from "../../observer/run/rollout-board.ts";
import { type Observation, observe } from "../../observer/run/steps.ts";
import { startObserver } from "../../observer/watch/sources.ts";
import type { PreparedMachine } from "../../setup/prepare.ts";
import type { CommandContext } from "../command.ts";
import { lettingItEnd } from "../interrupt.ts";
import type { PulumiCall } from "../pulumi.ts";
import { eventually, findAddress } from "../service.ts";
import { byPulumi, endStack } from "../stack/end.ts";
import { type StackFacts, stackConfig, stackFacts, stackForecast } from "../stack/facts.ts";
import { answersAsStack, clusterTransport } from "../stack/pods.ts";
import { removeStaleLocks } from "../stale-lock.ts";
import { chooseSource, startLoadFrom } from "./load-source.ts";
import { machineWords, versionsOf } from "./machine.ts";
import { type ObservationOrder, withReleases } from "./request.ts";
import { observationView } from "./view.ts";

/** What every observation of a command has in common. */
export interface Laboratory {
  readonly context: CommandContext;
  readonly machine: PreparedMachine;
  readonly reference: ReferenceAnswers;
}

/** An observation that was made: where its recording is and how it went. */
export interface ObservationMade {
  readonly folder: string;
  readonly observation: Observation;
}

/**
 * Runs an experiment from nothing to its end, and records it under reports/<experiment>/<time>.
 * @throws {UserError} for what keeps it from beginning.
 */
export async function makeObservation(laboratory: Laboratory, order: ObservationOrder): Promise<ObservationMade> {
  const { context, machine, reference } = laboratory;
  const { project } = context.paths;
  const call: PulumiCall = { pulumi: machine.pulumi, project, env: machine.env, stack: order.stack };
  await removeStaleLocks(fileURLToPath(call.env.PULUMI_BACKEND_URL ?? ""), order.stack);
  const ofTheFile = await stackConfig(call);
  const declared = await stackFacts(call, { ...ofTheFile, ...order.settings });
  const { steps, hypotheses } = withReleases(
    { steps: declared.steps, hypotheses: declared.hypotheses },
    order.releases,
  );
  const facts: StackFacts = { ...declared, steps: order.only?.(steps) ?? steps, hypotheses };

  const controller = new AbortController();
  let recorder: Recorder | undefined;
  const onEvent = (event: EngineEvent) => void recorder?.record(event);
  const engine = pulumiEngine({ ...call, clock: hostClock, onEvent });
  const interrupt = () => controller.abort();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, interrupt);

  const destroy = async () => {
    const { succeeded, message } = await engine.destroy(order.settings);
    if (!succeeded) throw new UserError(`pulumi destroy of stack ${order.stack} failed: ${message}`);
  };
  const tools = { outside: context.outside, minikube: machine.minikube };
  const clear = (what: string) =>
    context.report.during(what, 10, () => endStack(tools, call, { ...byPulumi, destroy }));

  async function run(): Promise<ObservationMade> {
    await clear(`${order.stack}: clearing what is left of an earlier run`);
    const folder = join(project, "reports", facts.experiment, folderName(new Date()));
    const transport = clusterTransport(facts.context);
    const started = startRecording({
      file: join(folder, RECORDING_FILE),
      header: await header(laboratory, call, order, facts, transport),
      clock: hostClock,
      onFailure: (error) => {
        context.report.note(error.message);
        controller.abort();
      },
    });
    const view = observationView(facts.steps);
    try {
      const { namespace, selector, service, port } = facts;
      const target = { namespace, selector, service };
      const rollouts = rolloutBoard();
      const tapped = tap(started, rollouts.see);
      const observer = await startObserver({ transport, target, port, recorder: tapped, clock: hostClock });
      recorder = started;
      try {
        const observation = await observe({
          steps: facts.steps,
          base: order.settings,
          engine,
          forecast: (values) => stackForecast(call, { ...ofTheFile, ...values }),
          startLoad: async () => {
            const { stack, ratePerSecond } = order;
            const source = await chooseSource(order.loadFrom, facts, () => addressOf(laboratory, facts, transport));
            const { signal } = controller;
            if (source.from === "cluster") {
              context.report.note(`load comes from a Job in the cluster${source.why ? `: ${source.why}` : ""}`);
            }
            return startLoadFrom(source, {
              stack,
              facts,
              ratePerSecond,
              reference,
              transport,
              recorder: started,
              signal,
            });
          },
          deletePods: () =>
            deletePods(transport, { namespace, labelSelector: selectorText(selector) }, hostClock, controller.signal),
          recorder: started,
          rolloutIsUnderWay: rollouts.isUnderWay,
          clock: hostClock,
          observeAtLeastMs: order.observeAtLeastMs,
          onProgress: view.onProgress,
          signal: controller.signal,
        });
        return { folder, observation };
      } finally {
        await observer.stop({ inAHurry: controller.signal.aborted });
      }
    } finally {
      recorder = undefined;
      started.close();
      await view.end();
    }
  }

  try {
    const made = await lettingItEnd(Object.assign(run(), { kill: engine.interrupt }));
    if (!order.keep && made.observation.outcome !== "interrupted") {
      await lettingItEnd(Object.assign(clear(`${order.stack}: destroying the stack`), { kill: engine.interrupt }));
    }
    return made;
  } finally {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.off(signal, interrupt);
  }
}

async function header(
  { machine, context }: Laboratory,
  call: PulumiCall,
  order: ObservationOrder,
  facts: StackFacts,
  transport: Transport,
) {
  const { experiment, title, question, settings, hypotheses } = facts;
  return {
    experiment,
    title,
    question,
    stack: order.stack,
    settings,
    steps: facts.steps.map((step) => ({
      id: step.id,
      title: step.title,
      kind: step.kind,
      config: "config" in step ? step.config : {},
    })),
    // What no step of this run could show is not claimed.
    hypotheses: hypotheses.filter((one) => !("step" in one) || facts.steps.some(({ id }) => id === one.step)),
    ratePerSecond: order.ratePerSecond,
    versions: await versionsOf(context, machine, call, transport),
    machine: machineWords(),
  };
}

function addressOf({ context, machine }: Laboratory, facts: StackFacts, transport: Transport): Promise<string> {
  const isStack = answersAsStack(transport, facts);
  return findAddress({
    outside: context.outside,
    minikube: machine.minikube,
    profile: facts.profile,
    namespace: facts.namespace,
    service: facts.service,
    nodePort: facts.nodePort,
    answers: (url) => eventually(() => isStack(url)),
  });
}

/** `2026-03-14T09-30-00Z`: sorts by time and is a name everywhere. */
export const folderName = (time: Date): string => `${time.toISOString().slice(0, 19).replaceAll(":", "-")}Z`;

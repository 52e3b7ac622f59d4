import { join } from "node:path";
import { UserError } from "../../common/user-error.ts";
import { type StreamingTransport, selectorText } from "../../observer/api-server.ts";
import type { Load } from "../../observer/load/open-loop.ts";
import { RECORDING_FILE } from "../../observer/recording/reader.ts";
import type { HeaderFacts, Recorder } from "../../observer/recording/recorder.ts";
import { type Observation, observe, type Progress } from "../../observer/run/steps.ts";
import type { Observer } from "../../observer/watch/sources.ts";
import type { PulumiCall } from "../pulumi.ts";
import { realEffects } from "./effects.ts";
import { chooseSource } from "./load-source.ts";
import { machineWords } from "./machine.ts";
import { type Laboratory, type ObservationEffects, openSession, type Session } from "./open-session.ts";
import { type ObservationOrder, withReleases } from "./request.ts";

/** An observation that was made: where its recording is and how it went. */
export interface ObservationMade {
  readonly folder: string;
  readonly observation: Observation;
}

/**
 * Runs an experiment from nothing to its end, and records it under reports/<experiment>/<time>. However it goes, everything that
 * is begun is ended, the last first. The stack is destroyed at the end, unless it is to be kept, the user interrupted the run, or
 * an error ended it.
 * @throws {UserError} that says what keeps the observation from beginning, or the stack from being destroyed.
 */
export async function makeObservation(
  laboratory: Laboratory,
  order: ObservationOrder,
  effects: ObservationEffects = realEffects,
): Promise<ObservationMade> {
  using session = openSession(await learn(laboratory, order, effects));
  try {
    await clear(session, "clearing what is left of an earlier run");
    const made = await record(session);
    if (!order.keep && made.observation.outcome !== "interrupted") await clear(session, "destroying the stack");
    return made;
  } catch (error) {
    const [first, ...later] = inOrder(error);
    for (const one of later) laboratory.context.report.note(`this failed as well: ${(one as Error).message}`);
    throw first;
  }
}

/** Asks what the experiment declares under the config of this run. Nothing has to be ended yet: Ctrl-C ends the process at once. */
async function learn(laboratory: Laboratory, order: ObservationOrder, effects: ObservationEffects) {
  const { machine, context } = laboratory;
  const call: PulumiCall = {
    pulumi: machine.pulumi,
    project: context.paths.project,
    env: machine.env,
    stack: order.stack,
  };
  await effects.removeStaleLocks(call);
  const fileConfig = await effects.stackConfig(call);
  const declared = await effects.stackFacts(call, { ...fileConfig, ...order.settings });
  const { steps, hypotheses } = withReleases(
    { steps: declared.steps, hypotheses: declared.hypotheses },
    order.releases,
  );
  const facts = { ...declared, steps: order.only?.(steps) ?? steps, hypotheses };
  return { laboratory, order, effects, call, fileConfig, facts };
}

/** Destroys what is there of the stack, in the cluster where it is up. */
async function clear({ laboratory, order, effects, call, engine }: Session, what: string): Promise<void> {
  const destroy = async () => {
    const { succeeded, message } = await engine.destroy(order.settings);
    if (!succeeded) throw new UserError(`pulumi destroy of stack ${order.stack} failed: ${message}`);
  };
  await laboratory.context.report.during(`${order.stack}: ${what}`, 10, () =>
    effects.endStack(laboratory, call, destroy),
  );
}

/** Goes through the steps while the cluster is watched, and writes down what is seen; ends all that it begins. */
async function record(session: Session): Promise<ObservationMade> {
  const { laboratory, facts, effects, signal } = session;
  const folder = join(laboratory.context.paths.project, "reports", facts.experiment, folderName(new Date()));
  const transport = effects.transport(facts.context);
  await using begun = new AsyncDisposableStack();
  const recorder = begun.adopt(await beginRecording(session, folder, transport), (one) => one.close());
  const view = begun.adopt(effects.view(facts.steps), (one) => one.end());
  begun.adopt(await watchCluster(session, transport, recorder), (one) => one.stop({ inAHurry: signal.aborted }));
  begun.use(session.hearEngine((event) => void recorder.record(event)));
  return { folder, observation: await takeSteps(session, transport, recorder, view.onProgress) };
}

/** Begins the recording by what is known before the first step. */
async function beginRecording(session: Session, folder: string, transport: StreamingTransport): Promise<Recorder> {
  const { laboratory, order, effects, call, facts, abort } = session;
  const { experiment, title, question, settings, hypotheses } = facts;
  const header: HeaderFacts = {
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
    versions: await effects.versions(laboratory, call, transport),
    machine: machineWords(),
  };
  return effects.startRecording({
    file: join(folder, RECORDING_FILE),
    header,
    clock: effects.clock,
    onFailure: ({ message }) => {
      laboratory.context.report.note(message);
      abort();
    },
  });
}

/** Begins to record what the cluster, the pods and this process itself show. */
function watchCluster(
  { facts, effects }: Session,
  transport: StreamingTransport,
  recorder: Recorder,
): Promise<Observer> {
  const { namespace, selector, service, port } = facts;
  const target = { namespace, selector, service };
  return effects.startObserver({ transport, target, port, recorder, clock: effects.clock });
}

/** Takes one step after the other, under load from the first success on. */
function takeSteps(
  session: Session,
  transport: StreamingTransport,
  recorder: Recorder,
  onProgress: (progress: Progress) => void,
): Promise<Observation> {
  const { order, effects, call, fileConfig, facts, engine, signal } = session;
  const pods = { namespace: facts.namespace, labelSelector: selectorText(facts.selector) };
  return observe({
    steps: facts.steps,
    base: order.settings,
    engine,
    forecast: (values) => effects.stackForecast(call, { ...fileConfig, ...values }),
    startLoad: () => beginLoad(session, transport, recorder),
    deletePods: () => effects.deletePods(transport, pods, effects.clock, signal),
    recorder,
    clock: effects.clock,
    observeAtLeastMs: order.observeAtLeastMs,
    onProgress,
    signal,
  });
}

/** Begins to send requests, from this machine or from the cluster. */
async function beginLoad(session: Session, transport: StreamingTransport, recorder: Recorder): Promise<Load> {
  const { laboratory, order, effects, facts, signal } = session;
  const { stack, ratePerSecond } = order;
  const source = await chooseSource(order.loadFrom, facts, () => effects.findAddress(laboratory, facts, transport));
  if (source.from === "cluster") {
    laboratory.context.report.note(`load comes from a Job in the cluster${source.why ? `: ${source.why}` : ""}`);
  }
  const { reference } = laboratory;
  return effects.startLoad(source, { stack, facts, ratePerSecond, reference, transport, recorder, signal });
}

/** Errors in the order in which they came; those after the first came while things were ended because of it. */
const inOrder = (error: unknown): readonly unknown[] =>
  error instanceof SuppressedError ? [...inOrder(error.suppressed), ...inOrder(error.error)] : [error];

/** `2026-03-14T09-30-00Z`: sorts by time and is a name everywhere. */
export const folderName = (time: Date): string => `${time.toISOString().slice(0, 19).replaceAll(":", "-")}Z`;

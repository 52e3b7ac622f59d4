import { join, relative } from "node:path";
import { UserError } from "../../common/user-error.ts";
import { type StreamingTransport, selectorText } from "../../observer/api-server.ts";
import type { Load } from "../../observer/load/open-loop.ts";
import type { HeaderFacts, Recorder } from "../../observer/recording/recorder.ts";
import type { Observation } from "../../observer/run/conduct.ts";
import { withControls } from "../../observer/run/controls.ts";
import { rolloutBoard } from "../../observer/run/rollout-board.ts";
import { type ObserveOptions, observe } from "../../observer/run/steps.ts";
import type { PulumiCall } from "../pulumi.ts";
import { answerError } from "../server-error.ts";
import { realEffects } from "./effects.ts";
import { enoughRequestsMs } from "./enough-requests.ts";
import { chooseSource } from "./load-source.ts";
import { machineWords } from "./machine.ts";
import { type Laboratory, type ObservationEffects, openSession, type Session } from "./open-session.ts";
import { folderName, recordSession } from "./record-session.ts";
import { type ObservationOrder, withReleases } from "./request.ts";
import { timedProgress } from "./timed-progress.ts";

/** The folder of a new recording, and how its observation ended. */
export interface ObservationMade {
  readonly folder: string;
  readonly observation: Observation;
  /** Whether the stack is up at the end, because it is to be kept or the user interrupted the run. */
  readonly isUp: boolean;
}

/** Says that a stack is up at the end, and how to end it. */
export const staysWords = (stack: string): string => `stack ${stack} is still up. To end it: bin/lab down ${stack}`;

/**
 * Destroys what is left of the stack, takes the experiment's steps, and records them under reports/<experiment>/<time>. Whatever
 * happens, every part that was started is ended, the last one first. The stack is destroyed at the end, unless `order.keep` is
 * set, the user interrupts the run, or an error ends it.
 * @throws {UserError} that says why the observation cannot begin, or why the stack cannot be destroyed.
 */
export async function makeObservation(
  laboratory: Laboratory,
  order: ObservationOrder,
  effects: ObservationEffects = realEffects,
): Promise<ObservationMade> {
  using session = openSession(await learn(laboratory, order, effects));
  try {
    await clear(session, "beginning without the stack");
    const made = await record(session);
    const stays = order.keep || made.observation.outcome === "interrupted";
    if (!stays) await clear(session, "destroying the stack");
    return { ...made, isUp: stays && (await effects.isUp(session.call)) };
  } catch (error) {
    const [first, ...later] = inOrder(error);
    const { note } = laboratory.context.report;
    for (const one of later) note(`this failed as well: ${(one as Error).message}`);
    // Whatever failed may keep Pulumi from answering as well; that would say no more.
    if (await effects.isUp(session.call).catch(() => false)) note(staysWords(order.stack));
    throw answerError(first, session.facts);
  }
}

/** Asks what the experiment declares under the config of this run. Nothing is running yet, so Ctrl-C ends the process at once. */
async function learn(laboratory: Laboratory, order: ObservationOrder, effects: ObservationEffects) {
  const { machine, context } = laboratory;
  const call: PulumiCall = {
    pulumi: machine.pulumi,
    project: context.paths.project,
    env: machine.env,
    stack: order.stack,
  };
  await effects.requireFree(call);
  const fileConfig = await effects.stackConfig(call);
  const declared = await effects.stackFacts(call, { ...fileConfig, ...order.settings });
  const { steps, hypotheses } = withReleases(
    { steps: declared.steps, hypotheses: declared.hypotheses },
    order.releases,
  );
  const facts = { ...declared, steps: order.only?.(steps) ?? steps, hypotheses };
  return { laboratory, order, effects, call, fileConfig, facts };
}

/** Destroys what is left of the stack, in the cluster in which it is up. */
async function clear({ laboratory, order, effects, call, engine }: Session, what: string): Promise<void> {
  const destroy = async () => {
    const { succeeded, message } = await engine.destroy(order.settings);
    if (!succeeded) throw new UserError(`pulumi destroy of stack ${order.stack} failed: ${message}`);
  };
  await laboratory.context.report.during(`${order.stack}: ${what}`, 10, () =>
    effects.endStack(laboratory, call, destroy),
  );
}

/** Takes the steps while the observer watches the cluster and records it. */
async function record(session: Session): Promise<Omit<ObservationMade, "isUp">> {
  const { laboratory, facts, effects, signal, abort } = session;
  const { experiment, namespace, selector, service, port, steps } = facts;
  const folder = join(laboratory.context.paths.project, "reports", experiment, folderName(new Date()));
  const transport = effects.transport(facts.context);
  const rollouts = rolloutBoard();
  let hasStep = false;
  const sayWhere = (error: unknown): never => {
    const { paths, report } = laboratory.context;
    if (hasStep) report.note(`the steps before are recorded: bin/lab report ${relative(paths.project, folder)}`);
    throw error;
  };
  const observation = await recordSession({
    folder,
    header: () => headerOf(session, transport),
    steps,
    transport,
    target: { namespace, services: [service], of: { selector } },
    port,
    effects,
    signal,
    abort,
    note: laboratory.context.report.note,
    see: (happening) => {
      hasStep ||= happening.type === "step-ended";
      rollouts.see(happening);
    },
    hear: (recorder) => session.hearEngine((event) => void recorder.record(event)),
    takeSteps: async (recorder, show) => {
      const { durations } = laboratory.context;
      const onProgress = await timedProgress(session.order.stack, steps, durations, show);
      return takeSteps(session, transport, { recorder, rolloutIsUnderWay: rollouts.isUnderWay, onProgress });
    },
  }).catch(sayWhere);
  return { folder, observation };
}

/** What is known before the first step. */
async function headerOf(session: Session, transport: StreamingTransport): Promise<HeaderFacts> {
  const { laboratory, order, effects, call, facts } = session;
  const { experiment, title, question, settings, hypotheses } = facts;
  return {
    experiment,
    title,
    question,
    stack: order.stack,
    settings,
    steps: withControls(facts.steps).map(({ step, control }) => ({
      id: step.id,
      title: step.title,
      kind: step.kind,
      config: "config" in step ? step.config : {},
      ...(control !== undefined && { control }),
    })),
    // A hypothesis about a step that this run leaves out cannot be decided, so the header does not claim it.
    hypotheses: hypotheses.filter((one) => !("step" in one) || facts.steps.some(({ id }) => id === one.step)),
    ratePerSecond: order.ratePerSecond,
    atMostShare: order.atMostShare,
    versions: await effects.versions(laboratory, call, transport),
    machine: machineWords(),
  };
}

/** Takes the steps one after the other, under load after the first operation that succeeds. */
function takeSteps(
  session: Session,
  transport: StreamingTransport,
  seen: { readonly recorder: Recorder } & Pick<ObserveOptions, "rolloutIsUnderWay" | "onProgress">,
): Promise<Observation> {
  const { order, effects, call, fileConfig, facts, engine, signal } = session;
  const pods = { namespace: facts.namespace, labelSelector: selectorText(facts.selector) };
  return observe({
    steps: facts.steps,
    base: order.settings,
    engine,
    plan: (values) => effects.stackPlan(call, { ...fileConfig, ...values }),
    startLoad: () => beginLoad(session, transport, seen.recorder),
    deletePods: () => effects.deletePods(transport, pods, effects.clock, signal),
    clock: effects.clock,
    observeAtLeastMs: order.observeAtLeastMs,
    enoughLoadMs: (step) => enoughRequestsMs(facts.hypotheses, step, order),
    signal,
    ...seen,
  });
}

/** Begins to send requests, from this machine or from the cluster. */
async function beginLoad(session: Session, transport: StreamingTransport, recorder: Recorder): Promise<Load> {
  const { laboratory, order, effects, facts, signal } = session;
  const { stack, ratePerSecond } = order;
  const { reference, context } = laboratory;
  const { note } = context.report;
  const source = await chooseSource(order.loadFrom, facts, () => effects.findAddress(laboratory, facts, transport));
  if (source.from === "cluster") note(`load comes from a Job in the cluster${source.why ? `: ${source.why}` : ""}`);
  return effects.startLoad(source, { stack, facts, ratePerSecond, reference, transport, recorder, signal, note });
}

/** The errors in the order of their occurrence: the first one ended the observation, the others came while it was cleaned up. */
const inOrder = (error: unknown): readonly unknown[] =>
  error instanceof SuppressedError ? [...inOrder(error.suppressed), ...inOrder(error.error)] : [error];

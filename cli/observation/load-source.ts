import { UserError } from "../../common/user-error.ts";
import type { StreamingTransport } from "../../observer/api-server.ts";
import { hostClock } from "../../observer/clock.ts";
import type { ReferenceAnswers } from "../../observer/load/answers.ts";
import { bundleLoad } from "../../observer/load/bundle.ts";
import { createSender } from "../../observer/load/client.ts";
import { modelExchange } from "../../observer/load/exchange.ts";
import { startClusterLoad } from "../../observer/load/in-cluster.ts";
import { LOAD_NAME } from "../../observer/load/name.ts";
import { type Load, startLoad } from "../../observer/load/open-loop.ts";
import type { Recorder } from "../../observer/recording/recorder.ts";
import type { StackFacts } from "../stack/facts.ts";
import { tellLeftJob } from "./left-job.ts";

/** Where requests are sent from: this machine, or a Job in the cluster. */
export type LoadSource = "host" | "cluster";

/** The chosen source of load: with the stack's address on this machine, or with the reason where the user did not choose it. */
export type ChosenSource =
  | { readonly from: "host"; readonly address: string }
  | { readonly from: "cluster"; readonly why?: string };

/**
 * Chooses where load comes from: the user's choice, or else this machine if it reaches the stack, or else the cluster.
 * @throws {UserError} when the user chose this machine and it does not reach the stack.
 */
export async function chooseSource(
  asked: LoadSource | undefined,
  { context, profile }: Pick<StackFacts, "context" | "profile">,
  findAddress: () => Promise<string>,
): Promise<ChosenSource> {
  if (asked === "cluster") return { from: "cluster" };
  if (context !== profile) {
    const why = `context ${context} is not that of minikube's profile ${profile}`;
    if (asked === undefined) return { from: "cluster", why };
    throw new UserError(
      `load-from: got "host", allowed: cluster, because ${why}, whose address this machine would know. Leave the flag out`,
    );
  }
  try {
    return { from: "host", address: await findAddress() };
  } catch (error) {
    if (asked === "host" || !(error instanceof UserError)) throw error;
    return { from: "cluster", why: "the Service does not answer on this machine" };
  }
}

/** What starting load needs, from either source. */
export interface LoadRequest {
  readonly stack: string;
  readonly facts: StackFacts;
  readonly ratePerSecond: number;
  readonly reference: ReferenceAnswers;
  readonly transport: StreamingTransport;
  readonly recorder: Recorder;
  readonly signal: AbortSignal;
  readonly note: (line: string) => void;
}

export async function startLoadFrom(source: ChosenSource, request: LoadRequest): Promise<Load> {
  const { stack, facts, ratePerSecond, reference, transport, recorder, signal, note } = request;
  const exchange = modelExchange(reference);
  const common = { ratePerSecond, exchange, recorder, clock: hostClock };
  if (source.from === "host") {
    const url = `${source.address}${facts.path}`;
    return startLoad({ ...common, url, from: "host", sender: createSender(url, exchange.request) });
  }
  const { context, namespace, selector, service, port, path } = facts;
  const target = { namespace, instance: stack, selector, service, port, path };
  const onLeft = tellLeftJob(note, { context, namespace, name: LOAD_NAME });
  return startClusterLoad({ ...common, transport, target, program: await bundleLoad(), signal, onLeft });
}

import Type from "typebox";
import { Value } from "typebox/value";
import { quantity } from "../../kubernetes/quantity.ts";
import type { Transport } from "../api-server.ts";
import { messageOf } from "../api-server.ts";
import type { Clock } from "../clock.ts";
import type { Happening } from "../events.ts";
import type { Recorder } from "../recording/recorder.ts";
import { type Meters, nodeMeasured, readMeters, summaryOf } from "./kubelet-summary.ts";
import type { OwnPods } from "./own-pods.ts";

/** The kubelet reads its figures about every 10 s: asking twice as often tells of them at most this late. */
const ASK_EVERY_MS = 5_000;
const ANSWER_WITHIN_MS = 4_000;
/** Of a workload on more nodes than this only these are asked. */
const MOST_NODES = 8;

export type NodesOptions = {
  readonly transport: Pick<Transport, "request">;
  /** The pods whose CPU is the stack's. They see all that is recorded. */
  readonly own: Pick<OwnPods, "has">;
  /** Whether this machine's own samples show whose processes run on the node: then its kubelet is not asked. */
  readonly isShown: () => boolean;
  readonly clock: Pick<Clock, "sleep">;
  readonly recorder: Pick<Recorder, "record">;
  readonly signal: AbortSignal;
};

/** The sampling of nodes under way. */
export type NodeSampling = { readonly see: (happening: Happening) => void; readonly done: Promise<void> };

/**
 * Records what the CPU of the nodes with the stack's pods was used for, by their kubelets through the API server's proxy, where
 * this machine does not show the node's processes: VM drivers, macOS, another machine's cluster. Where it may not ask, it says so once.
 */
export function sampleNodes(options: NodesOptions): NodeSampling {
  const { clock, signal, recorder, isShown } = options;
  const nodes = new Map<string, { readonly cores: number; readonly meters: Meters } | "unknown">();

  async function sample(): Promise<void> {
    while (!signal.aborted) {
      await clock.sleep(ASK_EVERY_MS, signal);
      if (signal.aborted || isShown()) continue;
      const told = await Promise.all([...nodes.keys()].slice(0, MOST_NODES).map(ask));
      const refusal = told.find((one) => one !== undefined);
      if (refusal === undefined) continue;
      const message = `nodes: whose CPU is used there is not known: ${refusal}`;
      recorder.record({ type: "engine", kind: "diagnostic", severity: "warning", message });
      return;
    }
  }

  /** Asks one node; tells why it will not answer the next time either. A node that only does not answer now is asked again. */
  async function ask(node: string): Promise<string | undefined> {
    const known = nodes.get(node);
    try {
      const cores = known && known !== "unknown" ? known.cores : await coresOf(options, node);
      const answer = await get(options, `/api/v1/nodes/${node}/proxy/stats/summary?only_cpu_and_memory=true`);
      const summary = summaryOf(answer);
      if (!summary) return `the kubelet of ${node} answers something else than a summary`;
      const before = known && known !== "unknown" ? known.meters : new Map();
      const meters = readMeters(summary, before);
      nodes.set(node, { cores, meters });
      const measured = nodeMeasured(meters, before, { node, cores, isOwn: options.own.has });
      if (measured && !signal.aborted) recorder.record(measured);
      return undefined;
    } catch (error) {
      return error instanceof Refused ? error.message : undefined;
    }
  }

  return {
    see(happening) {
      if (happening.type !== "pod" || happening.node === undefined || nodes.has(happening.node)) return;
      nodes.set(happening.node, "unknown");
    },
    done: sample(),
  };
}

/** The API server or the kubelet answered, and it was a no. */
class Refused extends Error {}

const REFUSALS = [401, 403, 404, 405];

async function get({ transport, signal }: NodesOptions, path: string): Promise<string> {
  const within = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]);
  const { status, text } = await transport.request("GET", path, within);
  if (status === 200) return text;
  throw REFUSALS.includes(status) ? new Refused(messageOf(text)) : new Error(`status ${status}`);
}

const NodeSchema = Type.Object({ status: Type.Object({ capacity: Type.Object({ cpu: Type.String() }) }) });

async function coresOf(options: NodesOptions, node: string): Promise<number> {
  const object: unknown = JSON.parse(await get(options, `/api/v1/nodes/${node}`));
  return quantity(Value.Parse(NodeSchema, object).status.capacity.cpu);
}

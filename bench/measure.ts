import { offer, saturate } from "./load.ts";
import { binaryPayload, firstBody, jsonPayload, type Payload, unknownPath } from "./payloads.ts";
import type { Peer } from "./peers.ts";
import type { LatencySample, LoadName, Sample } from "./results.ts";
import type { Server } from "./serve.ts";
import { spreadOf } from "./statistics.ts";

/** How long each load lasts, and how often it is repeated. */
export interface Plan {
  /** How often a round loads the Node.js servers in turn. */
  readonly nodeCycles: number;
  readonly nodeSeconds: number;
  readonly pythonSeconds: number;
  readonly latencySeconds: number;
  /** The duration of each load before anything is counted. */
  readonly warmUpSeconds: number;
}

/** The loads of a full run or of a quick one. */
export function planOf(quick: boolean, rounds: number): Plan {
  if (quick) return { nodeCycles: 4, nodeSeconds: 1, pythonSeconds: 1, latencySeconds: 1, warmUpSeconds: 1 };
  const nodeCycles = Math.max(2, Math.ceil(LEAST_CYCLES / rounds));
  return { nodeCycles, nodeSeconds: 2, pythonSeconds: 2, latencySeconds: 3, warmUpSeconds: 2 };
}

// The median of so many ratios moves by a few per cent between runs even where single ones move by half.
const LEAST_CYCLES = 20;

/** A peer whose server answers. */
export interface Ready {
  readonly peer: Peer;
  readonly server: Server;
}

/** What a round works with. */
export interface RoundContext {
  readonly ready: readonly Ready[];
  readonly plan: Plan;
  readonly round: number;
  readonly rows: readonly (readonly number[])[];
  readonly scratch: string;
  readonly note: (line: string) => void;
}

/** What a server is warmed up with. */
export type Warming = Pick<RoundContext, "plan" | "rows" | "scratch">;

/** The payload of a load for a peer; undefined if the peer does not support that load. */
export function payloadOf({ name, dialect }: Peer, load: LoadName, rows: RoundContext["rows"]): Payload | undefined {
  if (load !== "binary") return jsonPayload(dialect, rows, load === "batch");
  return name === "ours" || name === "baseline" ? binaryPayload(rows) : undefined;
}

/** Loads a server for some seconds without counting: compilers optimise code, and heaps grow, only after it has run for a while. */
export async function warmUp({ peer, server }: Ready, { plan, rows, scratch }: Warming): Promise<void> {
  for (const load of ["single", "batch", "binary"] as const) {
    const payload = payloadOf(peer, load, rows);
    if (payload) await saturate(server.url, payload, plan.warmUpSeconds, scratch);
  }
}

/** Measures the throughput of every server: the Node.js servers in turn, in short cycles, and then the others. */
export async function measureThroughput(context: RoundContext): Promise<Sample[]> {
  const { ready, plan } = context;
  const samples: Sample[] = [];
  const nodes = ready.filter(({ peer }) => peer.runtime === "node");
  for (const load of ["single", "batch"] as const) {
    for (let cycle = 0; cycle < plan.nodeCycles; cycle += 1) {
      // Every other cycle has the reverse order, so that no server always comes first.
      for (const one of cycle % 2 === 0 ? nodes : nodes.toReversed()) {
        samples.push(...(await sample(context, one, load, cycle, plan.nodeSeconds)));
        if (load === "batch") samples.push(...(await sample(context, one, "binary", cycle, plan.nodeSeconds)));
      }
    }
  }
  for (const load of ["single", "batch"] as const) {
    for (const one of ready.filter(({ peer }) => peer.runtime === "python")) {
      samples.push(...(await sample(context, one, load, 0, plan.pythonSeconds)));
    }
  }
  return samples;
}

async function sample(
  { rows, round, scratch, note }: RoundContext,
  { peer, server }: Ready,
  load: LoadName,
  cycle: number,
  seconds: number,
): Promise<Sample[]> {
  const payload = payloadOf(peer, load, rows);
  if (!payload) return [];
  const before = server.cpuSeconds();
  const result = await saturate(server.url, payload, seconds, scratch);
  const cpuSeconds = server.cpuSeconds() - before;
  const served = result.requests - result.failures;
  const perSecond = served / result.seconds;
  note(
    `  round ${round}, ${load}, ${peer.name}: ${Math.round(perSecond)}/s${result.failures ? `, ${result.failures} failed` : ""}`,
  );
  if (served <= 0) return [];
  return [
    {
      peer: peer.name,
      load,
      round,
      cycle,
      perSecond,
      cpuMicrosecondsPerRequest: (cpuSeconds / served) * 1e6,
      failures: result.failures,
    },
  ];
}

/** The rate for measuring latency: half the throughput of the slowest server whose latency is compared, so that none queues. */
export function rateOf(samples: readonly Sample[]): number | undefined {
  const taken = ["ours", "fastapi-onnx", "asgi-tuned"].flatMap((peer) => medianOf(samples, peer) ?? []);
  return taken.length === 0 ? undefined : Math.max(50, Math.floor(Math.min(...taken) / 2 / 50) * 50);
}

/** Measures the latency of single rows at one rate for all. A server too slow for that rate is left out, and a note says so. */
export async function measureLatency(
  { ready, plan, rows, round, scratch, note }: RoundContext,
  samples: readonly Sample[],
  perSecond: number,
): Promise<LatencySample[]> {
  const latencies: LatencySample[] = [];
  // Every other round has the reverse order, because earlier loads may still affect the server that comes first.
  for (const { peer, server } of round % 2 === 0 ? ready : ready.toReversed()) {
    const payload = payloadOf(peer, "single", rows);
    const taken = medianOf(samples, peer.name);
    if (!payload || !taken) continue;
    if (taken < perSecond * HEADROOM) {
      note(
        `  round ${round}, latency, ${peer.name}: takes ${Math.round(taken)}/s at most, so ${perSecond}/s would only queue`,
      );
      continue;
    }
    // h2load sends one body, so each round takes another row, the same for all.
    const body = payload.bodies[(round * ROWS_APART) % payload.bodies.length] ?? firstBody(payload);
    const common = { perSecond, seconds: plan.latencySeconds, body };
    const notFound = await offer(server.url, unknownPath(payload), { ...common, status: 404 }, scratch);
    const latency = await offer(server.url, payload, { ...common, status: 200 }, scratch);
    note(
      `  round ${round}, latency at ${perSecond}/s, ${peer.name}: p50 ${latency.p50Ms.toFixed(2)} ms, p99 ${latency.p99Ms.toFixed(2)} ms, of its 404 ${notFound.p99Ms.toFixed(2)} ms`,
    );
    latencies.push({
      peer: peer.name,
      round,
      ...latency,
      ...(notFound.answers > 0 && { notFoundP99Ms: notFound.p99Ms }),
    });
  }
  return latencies;
}

const HEADROOM = 1.5;
const ROWS_APART = 61;

function medianOf(samples: readonly Sample[], name: string): number | undefined {
  return spreadOf(
    samples.flatMap(({ peer, load, perSecond }) => (peer === name && load === "single" ? [perSecond] : [])),
  )?.median;
}

import type { Memory } from "./cpu.ts";
import {
  measureLatency,
  measureThroughput,
  payloadOf,
  planOf,
  type Ready,
  rateOf,
  type Warming,
  warmUp,
} from "./measure.ts";
import { jsonPayload, type Payload } from "./payloads.ts";
import { commandLine, type Peer } from "./peers.ts";
import type { Expected, Prepared } from "./prepare.ts";
import type { Figure, LatencySample, Results, Sample } from "./results.ts";
import { checkAnswers, startServer } from "./serve.ts";
import { foreignLibraries, librarySize } from "./size.ts";

/** The measurements of all rounds so far. */
export interface Growing {
  /** Why an installed peer was not measured, by its name. */
  readonly failures: Map<string, string>;
  readonly samples: Sample[];
  readonly latencies: LatencySample[];
  readonly firstAnswersMs: Figure[];
  readonly pssBytes: Figure[];
  readonly rssBytes: Figure[];
  /** Bytes of libraries that a peer loads from outside its own files, by its name. */
  readonly libraryBytes: Map<string, number>;
  offeredPerSecond?: number;
}

/** No measurements yet. */
export function newGrowing(): Growing {
  return {
    failures: new Map(),
    samples: [],
    latencies: [],
    firstAnswersMs: [],
    pssBytes: [],
    rssBytes: [],
    libraryBytes: new Map(),
  };
}

/** What a run works with. */
export interface RunOptions {
  readonly prepared: readonly Prepared[];
  readonly rounds: number;
  readonly quick: boolean;
  readonly expected: Expected;
  readonly scratch: string;
  readonly note: (line: string) => void;
  /** Writes the results after a number of rounds. */
  readonly save: (rounds: number) => Promise<void>;
}

// Far from the lab's own ports. A server may use the ports after its own as well.
const FIRST_PORT = 18_100;
const PORTS_PER_SERVER = 5;

/**
 * Runs the rounds. Each starts every server alone, checks its answers, loads it and reads its memory; then it starts all together,
 * loads them in turn, and saves the results.
 */
export async function runRounds(options: RunOptions, growing: Growing): Promise<void> {
  const { rounds, quick, expected, scratch, note, save } = options;
  const plan = planOf(quick, rounds);
  for (let round = 1; round <= rounds; round += 1) {
    const startMs = performance.now();
    note(`round ${round} of ${rounds}: each server alone`);
    const alone = await measureAlone(options, growing, { plan, rows: expected.rows, scratch }, round);
    note(`round ${round} of ${rounds}: all servers`);
    const ready = await startAll(options, growing);
    try {
      const context = { ready, plan, round, rows: expected.rows, scratch, note };
      for (const one of ready) await warmUp(one, context);
      const samples = await measureThroughput(context);
      growing.offeredPerSecond ??= rateOf(samples) ?? 0;
      const latencies = growing.offeredPerSecond
        ? await measureLatency(context, samples, growing.offeredPerSecond)
        : [];
      // Added at the end of a round, so that an interrupted round leaves no half results.
      growing.samples.push(...samples);
      growing.latencies.push(...latencies);
      for (const { peer, firstAnswerMs, memory, libraryBytes } of alone) {
        growing.firstAnswersMs.push({ peer, round, value: firstAnswerMs });
        growing.pssBytes.push({ peer, round, value: memory.pssBytes });
        growing.rssBytes.push({ peer, round, value: memory.rssBytes });
        growing.libraryBytes.set(peer, libraryBytes);
      }
    } finally {
      await Promise.all(ready.map(({ server }) => server.stop()));
    }
    await save(round);
    const seconds = (performance.now() - startMs) / 1_000;
    note(
      `round ${round} of ${rounds}: done in ${seconds.toFixed(0)} s, about ${(((rounds - round) * seconds) / 60).toFixed(0)} min to go`,
    );
  }
}

interface Alone {
  readonly peer: string;
  readonly firstAnswerMs: number;
  readonly memory: Memory;
  readonly libraryBytes: number;
}

/** Starts each server while no other runs, checks and loads it, and reads what it holds. A peer that fails is left out from then on. */
async function measureAlone(
  { prepared, expected, note }: RunOptions,
  { failures }: Growing,
  warming: Warming,
  round: number,
): Promise<Alone[]> {
  const measured: Alone[] = [];
  for (const one of prepared) {
    const { peer } = one;
    if ("missing" in one || failures.has(peer.name)) continue;
    const start = () => startServer(peer.launch(one.places, FIRST_PORT), FIRST_PORT, singlePayload(peer, expected));
    try {
      // The first start of all reads files from the disk and compiles Python; it is not counted.
      if (round === 1) await (await start()).stop();
      const server = await start();
      try {
        if (peer.predicts) await checkAll({ peer, server }, expected);
        await warmUp({ peer, server }, warming);
        const { firstAnswerMs } = server;
        const memory = server.memory();
        const libraryBytes = await librarySize(foreignLibraries(server.libraries(), one.size.counted));
        measured.push({ peer: peer.name, firstAnswerMs, memory, libraryBytes });
        note(
          `  round ${round}, ${peer.name}: first answer after ${Math.round(firstAnswerMs)} ms, PSS ${Math.round(memory.pssBytes / 2 ** 20)} MiB`,
        );
      } finally {
        await server.stop();
      }
    } catch (error) {
      failures.set(peer.name, (error as Error).message);
      note(`  ${peer.name} is left out: ${(error as Error).message}`);
    }
  }
  return measured;
}

async function startAll({ prepared, expected, note }: RunOptions, { failures }: Growing): Promise<Ready[]> {
  const ready: Ready[] = [];
  for (const [index, one] of prepared.entries()) {
    const { peer } = one;
    if ("missing" in one || failures.has(peer.name)) continue;
    const port = FIRST_PORT + index * PORTS_PER_SERVER;
    try {
      const server = await startServer(peer.launch(one.places, port), port, singlePayload(peer, expected));
      ready.push({ peer, server });
    } catch (error) {
      failures.set(peer.name, (error as Error).message);
      note(`  ${peer.name} is left out: ${(error as Error).message}`);
    }
  }
  return ready;
}

function singlePayload({ dialect }: Peer, { rows }: Expected): Payload {
  return jsonPayload(dialect, rows, false);
}

async function checkAll({ peer, server }: Ready, { rows, releases }: Expected): Promise<void> {
  for (const load of ["single", "batch"] as const) {
    const payload = payloadOf(peer, load, rows);
    if (payload) await checkAnswers(server.url, payload, releases.v1.probability);
  }
}

/** The results in the form in which they are written. */
export function toResults(
  run: Pick<Results, "time" | "machine" | "rounds" | "quick"> & { readonly prepared: readonly Prepared[] },
  growing: Growing,
): Results {
  const { prepared, ...about } = run;
  const { failures, libraryBytes, ...measured } = growing;
  return {
    ...about,
    peers: prepared.map((one) => {
      const { name, title, note } = one.peer;
      const missing = "missing" in one ? one.missing : failures.get(name);
      return {
        name,
        title,
        note,
        version: one.version,
        ...("places" in one && { command: commandLine(one.peer, one.places) }),
        ...(missing ? { missing } : "size" in one ? { sizeBytes: one.size.bytes + (libraryBytes.get(name) ?? 0) } : {}),
      };
    }),
    ...measured,
  };
}

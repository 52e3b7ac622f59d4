import { measureLatency, measureThroughput, payloadOf, planOf, type Ready, rateOf, warmUp } from "./measure.ts";
import { ROWS_PER_BATCH } from "./payloads.ts";
import type { Expected, Prepared } from "./prepare.ts";
import type { Figure, LatencySample, Results, Sample } from "./results.ts";
import { checkAnswers, startServer } from "./serve.ts";

/** The measurements of all rounds so far. */
export interface Growing {
  /** Why an installed peer was not measured, by its name. */
  readonly failures: Map<string, string>;
  readonly samples: Sample[];
  readonly latencies: LatencySample[];
  readonly firstAnswersMs: Figure[];
  readonly memoryBytes: Figure[];
  offeredPerSecond?: number;
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

/** Runs the rounds: each starts and checks all servers, loads them, ends them, and saves the results. */
export async function runRounds(options: RunOptions, growing: Growing): Promise<void> {
  const { rounds, quick, expected, scratch, note, save } = options;
  const plan = planOf(quick);
  for (let round = 1; round <= rounds; round += 1) {
    const startMs = performance.now();
    note(`round ${round} of ${rounds}: starting the servers`);
    const ready = await startAll(options, growing, round);
    try {
      const context = { ready, plan, round, rows: expected.rows, scratch, note };
      await warmUp(context);
      const samples = await measureThroughput(context);
      growing.offeredPerSecond ??= rateOf(samples) ?? 0;
      const latencies = growing.offeredPerSecond
        ? await measureLatency(context, samples, growing.offeredPerSecond)
        : [];
      // Added at the end of a round, so that an interrupted round leaves no half results.
      growing.samples.push(...samples);
      growing.latencies.push(...latencies);
      for (const { peer, server } of ready) {
        growing.firstAnswersMs.push({ peer: peer.name, round, value: server.firstAnswerMs });
        growing.memoryBytes.push({ peer: peer.name, round, value: server.usage().memoryBytes });
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

async function startAll(
  { prepared, expected, note }: RunOptions,
  { failures }: Growing,
  round: number,
): Promise<Ready[]> {
  const ready: Ready[] = [];
  for (const [index, one] of prepared.entries()) {
    const { peer } = one;
    const first = payloadOf(peer, "single", expected.rows);
    if ("missing" in one || failures.has(peer.name) || !first) continue;
    const port = FIRST_PORT + index * PORTS_PER_SERVER;
    try {
      const server = await startServer(peer.launch(one.places, port), port, first);
      ready.push({ peer, server });
      note(`  round ${round}, ${peer.name}: first answer after ${Math.round(server.firstAnswerMs)} ms`);
      if (peer.predicts) await checkAll(ready.at(-1) as Ready, expected);
    } catch (error) {
      failures.set(peer.name, (error as Error).message);
      note(`  ${peer.name} is left out: ${(error as Error).message}`);
    }
  }
  return ready.filter(({ peer }) => !failures.has(peer.name));
}

async function checkAll({ peer, server }: Ready, { rows, releases }: Expected): Promise<void> {
  for (const [load, count] of [
    ["single", 1],
    ["batch", ROWS_PER_BATCH],
  ] as const) {
    const payload = payloadOf(peer, load, rows);
    if (payload) await checkAnswers(server.url, payload, releases.v1.probability.slice(0, count));
  }
}

/** The results in the form in which they are written. */
export function toResults(
  run: Pick<Results, "time" | "machine" | "rounds" | "quick"> & { readonly prepared: readonly Prepared[] },
  growing: Growing,
): Results {
  const { prepared, ...about } = run;
  const { failures, ...measured } = growing;
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
        ...(missing ? { missing } : "sizeBytes" in one ? { sizeBytes: one.sizeBytes } : {}),
      };
    }),
    ...measured,
  };
}

import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { cpuSecondsOf, librariesOf, type Memory, memoryOf } from "./cpu.ts";
import { type Body, firstBody, type Payload, probabilitiesOf } from "./payloads.ts";
import type { Launch } from "./peers.ts";

/** The core on which every server runs. */
export const SERVER_CORE = 0;

const POLL_MS = 5;
const START_LIMIT_MS = 120_000;
const STOP_LIMIT_MS = 5_000;
const ASK_LIMIT_MS = 10_000;

/** A running server. */
export interface Server {
  readonly url: string;
  /** From the start of its process to the end of its first answer. */
  readonly firstAnswerMs: number;
  cpuSeconds(): number;
  memory(): Memory;
  /** Paths of the shared libraries that its processes have mapped. */
  libraries(): ReadonlySet<string>;
  stop(): Promise<void>;
}

const running = new Set<number>();

/** Kills all servers that still run. */
export function killServers(): void {
  for (const pid of running) kill(pid, "SIGKILL");
  running.clear();
}

/**
 * Starts a server on its core and waits for its first prediction.
 * @throws {Error} with the end of its output, if it ends or gives no prediction in time.
 */
export async function startServer(launch: Launch, port: number, first: Payload): Promise<Server> {
  const url = `http://127.0.0.1:${port}`;
  const [command, ...args] = ["taskset", "-c", String(SERVER_CORE), ...launch.command] as [string, ...string[]];
  const startMs = performance.now();
  const child = execa(command, args, {
    cwd: launch.cwd,
    // Other variables of this process could change the figures, so the server gets only these. Its process group is its own, so that
    // its children can be ended with it.
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ORT_DISABLE_TELEMETRY: "1", ...launch.env },
    extendEnv: false,
    detached: true,
    all: true,
    stdin: "ignore",
    maxBuffer: 100_000,
    reject: false,
    cleanup: false,
  });
  const { pid } = child;
  if (!pid) throw new Error(`could not be started: ${(await child).shortMessage}`);
  running.add(pid);
  let ended = false;
  const exit = child.then((result) => {
    ended = true;
    return result.all ?? "";
  });

  async function stop() {
    kill(pid as number, "SIGTERM");
    await Promise.race([exit, sleep(STOP_LIMIT_MS)]);
    kill(pid as number, "SIGKILL");
    running.delete(pid as number);
    await exit;
  }

  while (!(await answers(url, first))) {
    if (ended || performance.now() - startMs > START_LIMIT_MS) {
      await stop();
      throw new Error(`did not answer: ${(await exit).trim().split("\n").slice(-3).join(" | ")}`);
    }
    await sleep(POLL_MS);
  }
  return {
    url,
    firstAnswerMs: performance.now() - startMs,
    cpuSeconds: () => cpuSecondsOf(pid),
    memory: () => memoryOf(pid),
    libraries: () => librariesOf(pid),
    stop,
  };
}

async function ask(url: string, { path, headers }: Payload, { bytes }: Body): Promise<Response> {
  return fetch(`${url}${path}`, { method: "POST", headers, body: bytes, signal: AbortSignal.timeout(ASK_LIMIT_MS) });
}

/**
 * Compares a server's answers to all bodies with the probabilities that the trainer wrote, one for each row.
 * @throws {Error} naming the first row that differs.
 */
export async function checkAnswers(url: string, payload: Payload, expected: readonly number[]): Promise<void> {
  for (const body of payload.bodies) {
    await checkAnswer(
      url,
      payload,
      body,
      body.rows.map((row) => expected[row] ?? Number.NaN),
    );
  }
}

async function checkAnswer(url: string, payload: Payload, body: Body, expected: readonly number[]): Promise<void> {
  const answer = await ask(url, payload, body);
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(`answers ${answer.status} to ${payload.path}: ${text.slice(0, 200)}`);
  const got = probabilitiesOf(JSON.parse(text));
  const wrong = expected.findIndex(
    (probability, row) => !(Math.abs((got[row] ?? Number.NaN) - probability) < TOLERANCE),
  );
  if (got.length !== expected.length || wrong !== -1) {
    throw new Error(`gives other numbers: row ${wrong} of ${got.length} is ${got[wrong]}, expected ${expected[wrong]}`);
  }
}

// The difference between float32 and float64.
const TOLERANCE = 1e-5;

async function answers(url: string, payload: Payload): Promise<boolean> {
  try {
    const answer = await ask(url, payload, firstBody(payload));
    await answer.arrayBuffer();
    return answer.status === 200;
  } catch {
    return false;
  }
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // It has ended already.
  }
}

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, afterEach, beforeAll } from "vitest";
import { buildContext } from "../../../service/build.ts";
import type { Release } from "../../../service/releases.ts";
import { patient } from "./harness.ts";

let dir: string;
let child: ChildProcess | undefined;

/** Builds the bundle of a release for the tests of a file, and ends what each of them started. */
export function useBundle(release: Release = "v2"): void {
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "service-"));
    const arch = process.arch === "arm64" ? "arm64" : "x64";
    await buildContext({ release, arch, outDir: join(dir, "context") });
    await mkdir(homeDir());
  });
  afterEach(async () => {
    if (child?.exitCode === null && child.signalCode === null) {
      child.kill("SIGKILL");
      await once(child, "exit");
    }
  });
  afterAll(() => rm(dir, { recursive: true }));
}

/** The home folder of what is started. */
export function homeDir(): string {
  return join(dir, "home");
}

/** The folder of the bundle. */
export function appDir(): string {
  return join(dir, "context", "app");
}

/** Runs the bundle as the image does, far from the checkout, on any free port. */
export function start(variables: Record<string, string> = {}) {
  const options = ["--max-old-space-size=96", "--max-semi-space-size=2", "--no-parallel-scavenge"];
  child = spawn(process.execPath, [...options, "main.mjs"], {
    cwd: appDir(),
    env: { HOST: "127.0.0.1", PORT: "0", POD_NAME: "pod-1", HOME: homeDir(), MALLOC_ARENA_MAX: "1", ...variables },
    stdio: ["ignore", "pipe", "pipe"],
  });
  return child as ChildProcess & { stdout: NodeJS.ReadableStream; stderr: NodeJS.ReadableStream };
}

/** A line of the log. */
interface LogLine {
  readonly msg: string;
  readonly [key: string]: unknown;
}

/** The address once it listens, the log so far, and a way to wait for a further line of it. */
export async function startListening(variables: Record<string, string> = {}) {
  const service = start(variables);
  const log: LogLine[] = [];
  const lines = createInterface({ input: service.stdout })[Symbol.asyncIterator]();
  async function logged(message: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const { value, done } = await lines.next();
      if (done) throw new Error(`It ended without a log line like ${message}.`);
      log.push(JSON.parse(value));
      const found = message.exec(log.at(-1)?.msg ?? "");
      if (found) return found;
    }
  }
  const [, port] = await logged(/^Server listening at .*:(\d+)$/);
  return { service, log, logged, port: Number(port), url: `http://127.0.0.1:${port}` };
}

/** The same once it is ready. */
export async function startReady(variables: Record<string, string> = {}) {
  const started = await startListening(variables);
  await started.logged(/^ready$/);
  return started;
}

/** Asks for the prediction of one patient. */
export function predict(url: string) {
  return fetch(`${url}/predict`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(patient()),
  });
}

import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { type Latency, parseLatencies } from "./h2load.ts";
import type { Body, Payload } from "./payloads.ts";
import { parseWrk, type WrkResult, wrkScript } from "./wrk.ts";

/** The core of the load generator; the servers have the other one. */
export const LOAD_CORE = 1;
/** Connections that always have a request under way when throughput is measured. */
export const CONNECTIONS = 32;
/** Connections that share the requests of the fixed rate. */
export const RATE_CONNECTIONS = 8;
const SKIP_SECONDS = 0.5;

const pinned = ["taskset", "-c", String(LOAD_CORE)] as const;

/** Measures throughput: for `seconds`, each connection sends its next request as soon as the last one is answered. */
export async function saturate(url: string, payload: Payload, seconds: number, scratch: string): Promise<WrkResult> {
  const folder = await mkdtemp(join(scratch, "wrk-"));
  const script = join(folder, "load.lua");
  const files = payload.bodies.map((_, index) => join(folder, `body-${index}`));
  await Promise.all(payload.bodies.map(({ bytes }, index) => writeFile(files[index] as string, bytes)));
  await writeFile(script, wrkScript(payload, files));
  const [command, ...args] = pinned;
  const options = ["-t1", `-c${CONNECTIONS}`, `-d${seconds}s`, "--timeout", "10s", "-s", script];
  const { stdout } = await execa(command, [...args, "wrk", ...options, `${url}${payload.path}`]);
  return parseWrk(stdout);
}

/** A fixed rate of requests with one body; only answers of the given status count. */
export interface Offer {
  readonly perSecond: number;
  readonly seconds: number;
  readonly body: Body;
  readonly status: number;
}

/** Measures latency: sends requests at a fixed rate whether or not they are answered, as long as a connection is free. */
export async function offer(
  url: string,
  payload: Payload,
  { perSecond, seconds, body: { bytes }, status }: Offer,
  scratch: string,
): Promise<Latency> {
  const folder = await mkdtemp(join(scratch, "h2load-"));
  const [body, log] = [join(folder, "body"), join(folder, "log")];
  await writeFile(body, bytes);
  const headers = Object.entries(payload.headers).flatMap(([name, value]) => ["-H", `${name}: ${value}`]);
  const [command, ...args] = pinned;
  const rate = ["-c", String(RATE_CONNECTIONS), "--rps", String(perSecond / RATE_CONNECTIONS)];
  const requests = ["-n", String(Math.round(perSecond * (seconds + SKIP_SECONDS)))];
  // Connections are opened one after the other, so that they do not all send at the same instant.
  const apart = ["-r", "1", `--rate-period=${Math.max(1, Math.round(1_000 / perSecond))}ms`];
  await execa(command, [
    ...args,
    ...[
      "h2load",
      "--h1",
      ...rate,
      ...requests,
      ...apart,
      "-d",
      body,
      ...headers,
      `--log-file=${log}`,
      `${url}${payload.path}`,
    ],
  ]);
  return parseLatencies(await readFile(log, "utf8"), SKIP_SECONDS, status);
}

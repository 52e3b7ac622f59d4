import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { buildContext } from "../../service/build.ts";
import type { Prediction } from "../../service/src/schemas.ts";
import { expected, patient } from "./harness.ts";

let dir: string;
let child: ChildProcess | undefined;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "service-"));
  const arch = process.arch === "arm64" ? "arm64" : "x64";
  await buildContext({ release: "v2", arch, outDir: join(dir, "context") });
  await mkdir(join(dir, "home"));
});
afterEach(async () => {
  if (child?.exitCode === null && child.signalCode === null) {
    child.kill("SIGKILL");
    await once(child, "exit");
  }
});
afterAll(() => rm(dir, { recursive: true }));

/** Runs the bundle as the image does, far from the checkout, on any free port. */
function start(variables: Record<string, string> = {}) {
  child = spawn(process.execPath, ["--max-old-space-size=96", "--max-semi-space-size=4", "server.mjs"], {
    cwd: join(dir, "context", "app"),
    env: { HOST: "127.0.0.1", PORT: "0", POD_NAME: "pod-1", HOME: join(dir, "home"), ...variables },
    stdio: ["ignore", "pipe", "pipe"],
  });
  return child as ChildProcess & { stdout: NodeJS.ReadableStream; stderr: NodeJS.ReadableStream };
}

/** The address once it is ready, and a way to wait for a further line of its log. */
async function startReady(variables: Record<string, string> = {}) {
  const service = start(variables);
  const lines = createInterface({ input: service.stdout })[Symbol.asyncIterator]();
  async function logged(message: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const { value, done } = await lines.next();
      if (done) throw new Error(`It ended without a log line like ${message}.`);
      const found = message.exec(JSON.parse(value).msg);
      if (found) return found;
    }
  }
  const [, port] = await logged(/^Server listening at .*:(\d+)$/);
  await logged(/^ready$/);
  return { service, logged, port: Number(port), url: `http://127.0.0.1:${port}` };
}

function predict(url: string) {
  return fetch(`${url}/predict`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(patient()),
  });
}

/** A request that the service has begun to read; `finish` sends the rest of its body and gives the whole answer. */
async function halfRequest(port: number): Promise<{ finish(): Promise<string> }> {
  const body = JSON.stringify(patient());
  const head = [
    "POST /predict HTTP/1.1",
    "Host: service",
    "Expect: 100-continue",
    "Content-Type: application/json",
    `Content-Length: ${body.length}`,
  ];
  const socket = connect(port, "127.0.0.1");
  socket.write(`${head.join("\r\n")}\r\n\r\n${body.slice(0, 20)}`);
  const [data] = await once(socket, "data");
  expect(String(data)).toBe("HTTP/1.1 100 Continue\r\n\r\n");
  return {
    finish: () => {
      socket.write(body.slice(20));
      return text(socket);
    },
  };
}

it("predicts, shows its documentation, and on SIGTERM answers everybody before it exits with 0", async () => {
  const { service, logged, port, url } = await startReady();
  expect((await fetch(`${url}/readiness`)).status).toBe(200);
  const answer = (await (await predict(url)).json()) as Prediction;
  expect(answer).toMatchObject({ release: "v2", pod: "pod-1", prediction: expected.releases.v2?.prediction[0] });
  expect(await (await fetch(`${url}/docs`)).text()).toContain("swagger-ui");
  expect((await (await fetch(`${url}/docs/static/swagger-ui-bundle.js`)).arrayBuffer()).byteLength).toBeGreaterThan(
    1e6,
  );

  const before = await halfRequest(port);
  service.kill("SIGTERM");
  await logged(/^draining$/);
  const readiness = await fetch(`${url}/readiness`);
  expect([readiness.status, readiness.headers.get("connection")]).toEqual([503, "close"]);
  const late = await predict(url);
  expect([late.status, late.headers.get("connection"), await late.json()]).toEqual([200, "close", answer]);
  const first = await before.finish();
  expect(first).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  expect(first.toLowerCase()).toContain("\r\nconnection: close\r\n");
  expect(first).toContain(JSON.stringify(answer));

  expect(await once(service, "exit")).toEqual([0, null]);
  // The image's root file system is read-only, and telemetry would keep its identity here.
  expect(await readdir(join(dir, "home"))).toEqual([]);
});

it("answers what is under way after it has stopped listening", async () => {
  const { service, logged, port } = await startReady({ DRAIN_MS: "0" });
  const before = await halfRequest(port);
  service.kill("SIGTERM");
  await logged(/^draining$/);
  await refusesConnections(port);
  expect(await before.finish()).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  expect(await once(service, "exit")).toEqual([0, null]);
});

it("exits at once on a second signal", async () => {
  const { service, logged } = await startReady({ DRAIN_MS: "600000" });
  service.kill("SIGTERM");
  await logged(/^draining$/);
  service.kill("SIGTERM");
  expect(await once(service, "exit")).toEqual([1, null]);
});

it.each([
  [{ PORT: "http" }, /^Environment variable PORT must be integer, but is "http"\.\n$/],
  [{ MODEL_DIR: "/nowhere" }, /ENOENT.*\/nowhere\/card\.json/],
])("says why it cannot start with %j and exits with 1", async (variables, message) => {
  const service = start(variables as Record<string, string>);
  const [output, exit] = await Promise.all([text(service.stderr), once(service, "exit")]);
  expect(output).toMatch(message);
  expect(exit).toEqual([1, null]);
});

async function refusesConnections(port: number): Promise<void> {
  for (;;) {
    const socket = connect(port, "127.0.0.1");
    const refused = await Promise.race([
      once(socket, "connect").then(() => false),
      once(socket, "error").then(() => true),
    ]).catch(() => true);
    socket.destroy();
    if (refused) return;
  }
}

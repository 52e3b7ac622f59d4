import { once } from "node:events";
import { readdir } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import type { Prediction } from "../../service/src/schemas.ts";
import { expected, patient } from "./harness.ts";
import { homeDir, predict, start, startReady, useBundle } from "./process-harness.ts";

useBundle();

/** A request that the service has begun to read; `finish` sends the rest of its body and gives the whole answer. */
async function halfRequest(port: number): Promise<{ finish(): Promise<string> }> {
  const body = JSON.stringify(patient());
  const socket = connect(port, "127.0.0.1");
  socket.write(`${headOf(body, "Expect: 100-continue")}${body.slice(0, 20)}`);
  const [data] = await once(socket, "data");
  expect(String(data)).toBe("HTTP/1.1 100 Continue\r\n\r\n");
  return {
    finish: () => {
      socket.write(body.slice(20));
      return text(socket);
    },
  };
}

function wholeRequest(): string {
  const body = JSON.stringify(patient());
  return `${headOf(body)}${body}`;
}

/** The head of a request for a prediction, with its blank line. */
function headOf(body: string, ...more: string[]): string {
  const lines = ["POST /predict HTTP/1.1", "Host: service", "Content-Type: application/json", ...more];
  return `${[...lines, `Content-Length: ${body.length}`].join("\r\n")}\r\n\r\n`;
}

async function connected(port: number): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  return socket;
}

/** A connection on which a request was answered, and that stays. */
async function keptConnection(port: number): Promise<Socket> {
  const socket = await connected(port);
  socket.write(wholeRequest());
  await once(socket, "data");
  return socket;
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
  expect(await readdir(homeDir())).toEqual([]);
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

it("answers what came while it was kept from the CPU, although the time to drain is over by then", async () => {
  const { service, logged, port, url } = await startReady({ DRAIN_MS: "200" });
  expect((await predict(url)).status).toBe(200);
  const kept = await Promise.all(Array.from({ length: 5 }, () => keptConnection(port)));
  service.kill("SIGTERM");
  await logged(/^draining$/);
  service.kill("SIGSTOP");
  const fresh = await Promise.all(Array.from({ length: 20 }, () => connected(port)));
  const answers = [...kept, ...fresh].map((socket) => {
    socket.write(wholeRequest());
    return text(socket);
  });
  await sleep(300);
  service.kill("SIGCONT");
  for (const answer of await Promise.all(answers)) expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
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

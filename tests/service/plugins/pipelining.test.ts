import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { predict, startReady, useBundle } from "../support/process-harness.ts";
import { connected, wholeRequest } from "../support/raw-requests.ts";

useBundle();

const MIB = 2 ** 20;
const LIVENESS = "GET /liveness HTTP/1.1\r\nHost: service\r\n\r\n";
const GOOD = "HTTP/1.1 200 OK";
const EXPECTING = LIVENESS.replace("\r\n\r\n", "\r\nExpect: much\r\n\r\n");

/** The bodies of so many answers, in their order. */
async function answers(port: number, requests: string, count: number): Promise<string[]> {
  const socket = await connected(port);
  let text = "";
  socket.setEncoding("latin1").write(requests);
  for await (const piece of socket) {
    text += piece;
    const all = text.split(/HTTP\/1\.1 200 OK\r\n/).slice(1);
    if (all.length === count && all.at(-1)?.endsWith("}")) return all.map((one) => one.split("\r\n\r\n")[1] ?? "");
  }
  throw new Error(`The connection ended after ${text.slice(-500)}`);
}

it("answers pipelined requests in their order, whatever they are", async () => {
  const { port } = await startReady();
  const kinds = [wholeRequest(), LIVENESS, EXPECTING, wholeRequest(), wholeRequest()];
  const all = await answers(port, kinds.join("").repeat(100), 500);
  for (const [index, body] of all.entries()) {
    const live = index % 5 === 1 || index % 5 === 2;
    expect(Object.keys(JSON.parse(body))[0]).toBe(live ? "status" : "prediction");
  }
});

it("answers pipelined requests that arrive in odd pieces", async () => {
  const { port } = await startReady();
  const bytes = (LIVENESS + wholeRequest()).repeat(40);
  const socket = await connected(port);
  let text = "";
  socket
    .setNoDelay()
    .setEncoding("latin1")
    .on("data", (data) => {
      text += data;
    });
  for (let at = 0; at < bytes.length; at += 997) {
    socket.write(bytes.slice(at, at + 997));
    await sleep(1);
  }
  await expect.poll(() => text.match(/HTTP\/1\.1 200 OK/g)?.length, { timeout: 10_000 }).toBe(80);
});

/** Calls back for each good answer in the pieces of a stream, also where a piece ends within its first line. */
function counter(onAnswer: () => void): (piece: Buffer) => void {
  let rest = "";
  return (piece) => {
    const parts = (rest + piece.toString("latin1")).split(GOOD);
    for (let good = 1; good < parts.length; good += 1) onAnswer();
    rest = parts.at(-1)?.slice(1 - GOOD.length) ?? "";
  };
}

it.each([
  [64, 250],
  [400, 250],
])("lives through %i connections with %i requests in one piece each", { timeout: 150_000 }, async (clients, count) => {
  const { service, port, url } = await startReady();
  const sockets = await Promise.all(Array.from({ length: clients }, () => connected(port)));
  for (const socket of sockets) socket.on("error", () => {});
  const requests = wholeRequest().repeat(count);
  service.kill("SIGSTOP");
  let answered = 0;
  let ended = 0;
  for (const socket of sockets) {
    socket.on(
      "data",
      counter(() => {
        answered += 1;
      }),
    );
    socket
      .on("error", () => {})
      .on("close", () => {
        ended += 1;
      });
    socket.write(requests);
  }
  await sleep(200);
  service.kill("SIGCONT");
  // Those for whose bytes there is no room are dropped. A slow machine takes a minute for the others.
  await expect.poll(() => answered >= (clients - ended) * count, { timeout: 120_000 }).toBe(true);
  expect(answered).toBeGreaterThan(50 * count);
  const metrics = await (await fetch(`${url}/metrics`)).text();
  expect(Number(/^process_resident_memory_bytes (\S+)$/m.exec(metrics)?.[1])).toBeLessThan(192 * MIB);
  expect((await predict(url)).status).toBe(200);
});

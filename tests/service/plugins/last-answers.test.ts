import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createTestApp } from "../support/harness.ts";
import { connected, wholeRequest } from "../support/raw-requests.ts";

const LIMIT = 100_000;
const CLIENTS = 20;
const { app } = await createTestApp({ config: { bodyLimitBytes: LIMIT } });
const { app: full } = await createTestApp({ config: { maxWaitingBytes: 1 } });
const { app: ordinary } = await createTestApp();

beforeAll(async () => {
  for (const each of [app, full, ordinary]) await each.listen({ host: "127.0.0.1", port: 0 });
});
afterAll(async () => {
  for (const each of [app, full, ordinary]) await each.close();
});

const portOf = ({ server }: typeof app) => (server.address() as AddressInfo).port;

/** Sends all of it, slowly or at once, and gives the status line; an error when the connection is reset before. */
async function statusOf(port: number, head: string, bytes: number, slow: boolean): Promise<string> {
  const socket = await connected(port);
  const failed = once(socket, "end");
  let answer = "";
  socket.setEncoding("latin1").write(head);
  const piece = "x".repeat(50_000);
  for (let sent = 0; sent < bytes; sent += piece.length) {
    socket.write(piece);
    if (slow) await sleep(50);
  }
  // Only now does it read.
  socket.on("data", (data) => {
    answer += data;
  });
  socket.end();
  await failed;
  return answer.split("\r\n", 1)[0] ?? "";
}

const TYPE = "Content-Type: application/json\r\n";
const DECLARED = `Content-Length: ${4 * LIMIT}\r\n`;
const CHUNKED = "Transfer-Encoding: chunked\r\n";
const CHUNK = `${(4 * LIMIT).toString(16)}\r\n`;
const post = (path: string, headers: string, body = "") => `POST ${path} HTTP/1.1\r\nHost: x\r\n${headers}\r\n${body}`;

it.each([
  ["a body too long", 413, post("/predict", TYPE + DECLARED)],
  ["a body too long, in chunks", 413, post("/predict", TYPE + CHUNKED, CHUNK)],
  ["a tensor too long", 413, post("/v2/models/heart-disease/infer", TYPE + DECLARED)],
  ["a body that finds no room", 503, post("/predict", TYPE + DECLARED)],
  ["a body that finds no room, in chunks", 503, post("/predict", TYPE + CHUNKED, CHUNK)],
  ["another type", 415, post("/predict", `Content-Type: text/plain\r\n${DECLARED}`)],
  ["another type of tensors", 415, post("/v2/models/heart-disease/infer", `Content-Type: text/plain\r\n${DECLARED}`)],
  ["another encoding", 415, post("/predict", `${TYPE}Content-Encoding: br\r\n${DECLARED}`)],
  ["no such path", 404, post("/nowhere", TYPE + DECLARED)],
  ["another method", 405, post("/liveness", TYPE + DECLARED)],
  ["a body where none belongs", 404, post("/nowhere", DECLARED).replace("POST", "GET")],
  ["a path that is none", 400, post("/%zz", TYPE + DECLARED)],
  ["a path too long", 414, post(`/v2/models/${"m".repeat(200)}/infer`, TYPE + DECLARED)],
  ["no host", 400, post("/predict", TYPE + DECLARED).replace("Host: x\r\n", "")],
  ["two lengths", 400, post("/predict", TYPE + DECLARED + CHUNKED)],
  ["no chunks", 400, post("/predict", TYPE + CHUNKED, "no number\r\n")],
  ["no HTTP", 400, "no HTTP\r\n\r\n"],
  ["headers too long", 431, "GET / HTTP/1.1\r\nX: "],
])("%s: %i reaches clients that send on and read later", { timeout: 20_000 }, async (_, status, head) => {
  for (const slow of [false, true]) {
    for (const last of ["", "Connection: close\r\n"]) {
      const bytes = head.replace("HTTP/1.1\r\n", `$&${last}`);
      const port = portOf(status === 503 ? full : app);
      const lines = await Promise.all(Array.from({ length: CLIENTS }, () => statusOf(port, bytes, 4 * LIMIT, slow)));
      for (const line of lines) expect(line).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    }
  }
});

it("reads on for longer than four times the ordinary limit takes at 1 MB/s, which is 2.6 s", async () => {
  const bytes = 4 * 644_096;
  const head = post("/predict", `${TYPE}Content-Length: ${bytes}\r\n`);
  const lines = await Promise.all(Array.from({ length: CLIENTS }, () => statusOf(portOf(ordinary), head, bytes, true)));
  for (const line of lines) expect(line).toMatch(/^HTTP\/1\.1 413 /);
}, 20_000);

it("answers a client that closes its half of the connection after its requests", async () => {
  const socket = await connected(portOf(app));
  socket.end(wholeRequest().repeat(10));
  const answers = (await text(socket)).split("HTTP/1.1 200 OK\r\n").slice(1);
  expect(answers).toHaveLength(10);
  for (const answer of answers) expect(JSON.parse(answer.split("\r\n\r\n")[1] ?? "")).toHaveProperty("prediction");
});

it("cuts off a client that never stops sending after its answer", async () => {
  const endless = 2 ** 40;
  for (const head of [post("/predict", `${TYPE}Content-Length: ${endless}\r\n`), "no HTTP\r\n\r\n"]) {
    const socket = (await connected(portOf(app))).on("error", () => {});
    const closed = new Promise((resolve) => socket.once("close", resolve));
    const piece = Buffer.alloc(65_536);
    const send = () => {
      while (!socket.destroyed && socket.write(piece)) {}
    };
    socket.on("drain", send).resume().write(head);
    send();
    await closed;
    // The service reads 4 MiB; writes that were under way at the cut are not counted here.
    expect(socket.bytesWritten).toBeGreaterThan(3 * 2 ** 20);
    expect(socket.bytesWritten).toBeLessThan(64 * 2 ** 20);
  }
});

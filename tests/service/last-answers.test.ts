import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createTestApp } from "./support/harness.ts";
import { connected, wholeRequest } from "./support/raw-requests.ts";

const LIMIT = 100_000;
const CLIENTS = 20;
const HEAD = "POST /predict HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";
const { app } = await createTestApp({ config: { bodyLimitBytes: LIMIT } });

beforeAll(() => app.listen({ host: "127.0.0.1", port: 0 }).then(() => {}));
afterAll(() => app.close());

/** Sends all of it, slowly or at once, and gives the status line; an error when the connection is reset before. */
async function statusOf(head: string, bytes: number, slow: boolean): Promise<string> {
  const socket = await connected((app.server.address() as AddressInfo).port);
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

it.each([
  [413, `${HEAD}Content-Length: ${4 * LIMIT}\r\n\r\n`],
  [413, `${HEAD}Transfer-Encoding: chunked\r\n\r\n${(4 * LIMIT).toString(16)}\r\n`],
  [400, `${HEAD}Transfer-Encoding: chunked\r\n\r\nno number\r\n`],
  [400, "no HTTP\r\n\r\n"],
  [431, "GET / HTTP/1.1\r\nX: "],
])("%i reaches clients that send on and read later", { timeout: 20_000 }, async (status, head) => {
  for (const slow of [false, true]) {
    const lines = await Promise.all(Array.from({ length: CLIENTS }, () => statusOf(head, 4 * LIMIT, slow)));
    for (const line of lines) expect(line).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  }
});

it("answers a client that closes its half of the connection after its requests", async () => {
  const socket = await connected((app.server.address() as AddressInfo).port);
  socket.end(wholeRequest().repeat(10));
  const answers = (await text(socket)).split("HTTP/1.1 200 OK\r\n").slice(1);
  expect(answers).toHaveLength(10);
  for (const answer of answers) expect(JSON.parse(answer.split("\r\n\r\n")[1] ?? "")).toHaveProperty("prediction");
});

import { once } from "node:events";
import { type AddressInfo, connect, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, it } from "vitest";
import { MAX_CONNECTIONS } from "../../../service/src/plugins/connection-limit.ts";
import { createTestApp } from "../support/harness.ts";

const MOST = 20;

let app: Awaited<ReturnType<typeof createTestApp>>["app"];

beforeEach(async () => {
  ({ app } = await createTestApp());
  await app.listen({ host: "127.0.0.1", port: 0 });
  expect(app.server.maxConnections).toBe(MAX_CONNECTIONS);
  app.server.maxConnections = MOST;
});
afterEach(() => app.close());

function open(): Socket {
  return connect((app.server.address() as AddressInfo).port, "127.0.0.1").on("error", () => {});
}

async function ask(socket: Socket): Promise<string> {
  socket.write("GET /liveness HTTP/1.1\r\nHost: service\r\n\r\n");
  const [answer] = await once(socket, "data");
  return String(answer).split("\r\n", 1)[0] ?? "";
}

/** A connection on which a body has begun, but not ended. */
function upload(bytes: number): Socket {
  const socket = open();
  socket.write(
    `POST /predict HTTP/1.1\r\nHost: service\r\nContent-Type: application/json\r\nContent-Length: ${bytes}\r\n\r\n{`,
  );
  return socket;
}

const isFull = () => expect.poll(() => promisify(app.server.getConnections).call(app.server)).toBe(MOST);

it("drops connections beyond its bound, and those that are idle make room for the next", async () => {
  const idle = Array.from({ length: MOST - 1 }, open);
  for (const socket of idle) expect(await ask(socket)).toBe("HTTP/1.1 200 OK");
  const busy = upload(2);
  await isFull();

  const dropped = open();
  await Promise.all([dropped, ...idle].map((socket) => once(socket, "close")));
  expect(await ask(open())).toBe("HTTP/1.1 200 OK");
  // The operator sees it: whoever was dropped got no answer that could be counted.
  const metrics = await app.inject("/metrics");
  expect(metrics.body).toMatch(/^http_connections_dropped_total 1$/m);
  busy.write("}");
  expect(String(await once(busy, "data"))).toMatch(/^HTTP\/1\.1 400 /);
});

it("waits no longer for clients that have been refused when others need their connections", async () => {
  const refused = Array.from({ length: MOST }, () => upload(10_000_000));
  const answers = refused.map((socket) => text(socket));
  for (const socket of refused) await once(socket, "data");
  await isFull();

  await once(open(), "close");
  for (const answer of answers) expect(await answer).toMatch(/^HTTP\/1\.1 413 .*\}$/s);
  expect(await ask(open())).toBe("HTTP/1.1 200 OK");
});

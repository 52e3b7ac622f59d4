import { createServer, type Server, type ServerResponse } from "node:http";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createSender, type Sender } from "../../../observer/load/client.ts";
import { MODEL_REQUEST } from "../../../observer/request/sent-request.ts";
import { shown } from "../support/outcome.ts";

const request = { ...MODEL_REQUEST, timeoutMs: 400 };
let server: Server;
let sender: Sender;
let connections: number;
let headers: (string | undefined)[];
let answer: (response: ServerResponse, body: string) => void;

async function listening(listener: { listen(port: number, host: string, done: () => void): unknown }): Promise<void> {
  await new Promise<void>((resolve) => void listener.listen(0, "127.0.0.1", resolve));
}
const urlOf = (address: ReturnType<Server["address"]>) => `http://127.0.0.1:${(address as AddressInfo).port}/predict`;

beforeEach(async () => {
  connections = 0;
  headers = [];
  answer = (response, body) => response.end(`got ${body}`);
  server = createServer((request, response) => {
    headers.push(request.headers.connection);
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => answer(response, Buffer.concat(chunks).toString()));
  });
  server.on("connection", () => {
    connections += 1;
  });
  await listening(server);
  sender = createSender(urlOf(server.address()), request);
});
afterEach(async () => {
  await sender.close();
  server.closeAllConnections();
  server.close();
});

describe("the sender", () => {
  test("makes a connection for every fresh request", async () => {
    for (const body of ["1", "2", "3"]) {
      expect(shown(await sender.send("fresh", body))).toEqual({ status: 200, text: `got ${body}` });
    }
    expect(connections).toBe(3);
    expect(headers).toEqual(["close", "close", "close"]);
  });

  test("goes round a few kept connections", async () => {
    for (let sent = 0; sent < 30; sent += 1) await sender.send("kept", "1");
    expect(connections).toBe(10);
  });

  test("makes one more when all kept ones are busy: a slow answer delays no other", async () => {
    const held: ServerResponse[] = [];
    const { promise: all, resolve } = Promise.withResolvers<void>();
    answer = (response) => {
      held.push(response);
      if (held.length === 12) resolve();
    };
    const answers = Array.from({ length: 12 }, () => sender.send("kept", "1"));
    await all;
    for (const response of held) response.end("late");
    expect((await Promise.all(answers)).map(shown)).toEqual(
      Array.from({ length: 12 }, () => ({ status: 200, text: "late" })),
    );
  });

  test("gives up a request that is not answered in time, and goes on", async () => {
    answer = () => {};
    expect(await Promise.all([sender.send("fresh", "1"), sender.send("kept", "1")])).toMatchObject([
      { error: "timeout" },
      { error: "timeout" },
    ]);
    answer = (response) => response.end("again");
    expect(shown(await sender.send("kept", "1"))).toEqual({ status: 200, text: "again" });
  });

  test("tells of a status as it is, and of a connection that the server closed", async () => {
    answer = (response) => response.writeHead(503).end("busy");
    expect(shown(await sender.send("kept", "1"))).toEqual({ status: 503, text: "busy" });
    answer = (response) => response.socket?.destroy();
    expect(await sender.send("fresh", "1")).toMatchObject({ error: "other side closed" });
    answer = (response) => response.socket?.resetAndDestroy();
    expect(await sender.send("kept", "1")).toMatchObject({ error: "ECONNRESET" });
  });

  test("tells that nobody listens", async () => {
    const closed = createTcpServer();
    await listening(closed);
    const url = urlOf(closed.address());
    await new Promise((resolve) => closed.close(resolve));
    const toNobody = createSender(url, request);
    expect(await toNobody.send("fresh", "1")).toMatchObject({ error: "ECONNREFUSED" });
    expect(await toNobody.send("kept", "1")).toMatchObject({ error: "ECONNREFUSED" });
    await toNobody.close();
  });

  test("numbers kept connections, and a new one behind the same client anew", async () => {
    const sockets: (number | undefined)[] = [];
    for (let sent = 0; sent < 10; sent += 1) sockets.push((await sender.send("kept", "1")).way?.socket);
    expect(new Set(sockets).size).toBe(10);
    expect((await sender.send("kept", "1")).way?.socket).toBe(sockets[0]);
    expect((await sender.send("fresh", "1")).way).toEqual({});
    answer = (response) => response.writeHead(200, { connection: "close" }).end("last");
    expect((await sender.send("kept", "1")).way?.socket).toBe(sockets[1]);
    answer = (response) => response.end("again");
    for (let sent = 0; sent < 9; sent += 1) await sender.send("kept", "1");
    expect((await sender.send("kept", "1")).way?.socket).toBe(11);
  });

  test("says of a failed request how far it came, and how long its connection had been idle", async () => {
    answer = (response) => response.socket?.destroy();
    expect((await sender.send("fresh", "1")).way).toEqual({ reached: "server" });
    answer = (response) => response.end("good");
    for (let sent = 0; sent < 10; sent += 1) await sender.send("kept", "1");
    answer = (response) => response.socket?.destroy();
    expect((await sender.send("kept", "1")).way).toEqual({
      socket: expect.any(Number),
      idleMs: expect.any(Number),
      reached: "server",
    });
    answer = (response) => {
      response.writeHead(200, { "content-length": "9" }).write("half");
      setTimeout(() => response.socket?.destroy(), 20);
    };
    expect(await sender.send("fresh", "1")).toMatchObject({ way: { reached: "answer" } });
  });

  test("writes no stack trace as a fresh connection closes, and every other one whole", async () => {
    const { stackTraceLimit, prepareStackTrace } = Error;
    const framesOf = new Map<string, number>();
    Error.prepareStackTrace = ({ message }, frames) => {
      framesOf.set(message, frames.length);
      return message;
    };
    try {
      const limits = await Promise.all(
        Array.from({ length: 20 }, () => sender.send("fresh", "1").then(() => Error.stackTraceLimit)),
      );
      expect(new Set(limits)).toEqual(new Set([stackTraceLimit]));
      expect(new Error("ours").stack).toBe("ours");
      expect(framesOf.get("reset")).toBe(0);
      expect(framesOf.get("ours")).toBeGreaterThan(0);
    } finally {
      Error.prepareStackTrace = prepareStackTrace;
    }
  });

  test("tells when a service that refuses wants to be asked again", async () => {
    answer = (response) => response.writeHead(503, { "retry-after": "7" }).end("busy");
    expect((await sender.send("fresh", "1")).way).toEqual({ retryAfterSeconds: 7 });
    answer = (response) => response.writeHead(503, { "retry-after": "Wed, 21 Oct 2026 07:28:00 GMT" }).end("busy");
    expect((await sender.send("fresh", "1")).way).toEqual({});
  });

  test("ends what is under way when it is closed", async () => {
    const { promise: arrived, resolve } = Promise.withResolvers<void>();
    answer = () => resolve();
    const sent = sender.send("fresh", "1");
    await arrived;
    await sender.close();
    expect(await sent).toHaveProperty("error");
  });
});

import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Worker } from "node:worker_threads";
import { expect, it } from "vitest";
import { connectionsOf, endConnections } from "../../service/src/connections.ts";

// Says when it is connected and, once told to, sends a request; then gives the answer.
const CLIENT = `
  const { connect } = require("node:net");
  const { parentPort, workerData: { port, sent } } = require("node:worker_threads");
  const socket = connect(port, "127.0.0.1", () => parentPort.postMessage("connected"));
  parentPort.once("message", () => socket.write("GET / HTTP/1.1\\r\\nHost: a\\r\\nConnection: close\\r\\n\\r\\n", () => {
    Atomics.store(sent, 0, 1);
    Atomics.notify(sent, 0);
  }));
  let answer = "";
  socket.on("data", (data) => { answer += data; });
  socket.on("error", () => {});
  socket.on("close", () => parentPort.postMessage(answer));
`;

it("answers a request that came before it looks at its connection, however late that is", async () => {
  const server = createServer((_request, response) => response.end("answer"));
  const connections = connectionsOf(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const sent = new Int32Array(new SharedArrayBuffer(4));
  const { port } = server.address() as AddressInfo;
  const client = new Worker(CLIENT, { eval: true, workerData: { port, sent } });
  expect((await once(client, "message"))[0]).toBe("connected");
  while (connections.size === 0) await once(server, "connection");

  const ended = endConnections(server, connections, 10_000);
  client.postMessage("send");
  // As if it were kept from the CPU: its timer is due when the request has arrived.
  expect(Atomics.wait(sent, 0, 0, 10_000)).not.toBe("timed-out");
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
  expect((await once(client, "message"))[0]).toMatch(/^HTTP\/1\.1 200 OK\r\n.*answer$/s);
  expect(await ended).toBe(0);
  expect(server.listening).toBe(false);
});

it("ends where nobody listens yet", async () => {
  const server = createServer();
  expect(await endConnections(server, connectionsOf(server), 10_000)).toBe(0);
});

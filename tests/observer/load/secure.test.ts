import { readFileSync } from "node:fs";
import { createServer as createHttp2Plain, createSecureServer } from "node:http2";
import { createServer, type Server } from "node:https";
import type { AddressInfo, Server as NetServer } from "node:net";
import type { TLSSocket } from "node:tls";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, test } from "vitest";
import { createSender, type Sender } from "../../../observer/load/client.ts";
import type { SentRequest } from "../../../observer/request/sent-request.ts";
import { shown } from "../support/outcome.ts";

const pem = (name: string) =>
  readFileSync(fileURLToPath(new URL(`../../fixtures/tls/${name}`, import.meta.url)), "utf8");
const keys = { cert: pem("server.pem"), key: pem("server.key") };
const ca = pem("ca.pem");
const named = { ca, serverName: "shop.example" };
const get: SentRequest = { method: "GET", headers: {}, timeoutMs: 2_000, http2: false };

type Seen = { readonly version: string; readonly host: string | undefined; readonly name: string | undefined };
let closing: (() => void)[] = [];
let seen: Seen[] = [];
let sessions = 0;

type Asked = {
  readonly httpVersion: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly socket: unknown;
};
function answer(request: Asked, response: { end(text: string): unknown }): void {
  const { servername } = request.socket as TLSSocket;
  const host = request.headers[":authority"] ?? request.headers.host;
  seen.push({ version: request.httpVersion, host: String(host), name: servername || undefined });
  response.end("hello");
}

async function listen(server: NetServer): Promise<number> {
  seen = [];
  sessions = 0;
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  closing.push(() => server.close());
  return (server.address() as AddressInfo).port;
}
const overTls = async (more: object = {}): Promise<number> => {
  const server: Server = createServer({ ...keys, ...more }, answer);
  server.on("secureConnection", (socket) => {
    sessions += socket.isSessionReused() ? 0 : 1;
  });
  closing.push(() => server.closeAllConnections());
  return listen(server);
};

function senderTo(url: string, request: Partial<SentRequest>): Sender {
  const sender = createSender(url, { ...get, ...request });
  closing.push(() => void sender.close());
  return sender;
}

afterEach(() => {
  for (const close of closing.toReversed()) close();
  closing = [];
});

describe("a request over TLS", () => {
  test("is answered where the authority is trusted and the name is right", async () => {
    const sender = senderTo(`https://127.0.0.1:${await overTls()}/a`, { tls: named });
    for (const connection of ["fresh", "kept"] as const) {
      expect(shown(await sender.send(connection, undefined))).toEqual({ status: 200, text: "hello" });
    }
    expect(seen.map(({ version, name }) => [version, name])).toEqual([
      ["1.1", "shop.example"],
      ["1.1", "shop.example"],
    ]);
  });

  test.each([
    ["the authority is unknown", undefined, "UNABLE_TO_VERIFY_LEAF_SIGNATURE"],
    ["the name is another", { ca, serverName: "other.example" }, "ERR_TLS_CERT_ALTNAME_INVALID"],
  ])("fails where %s", async (_what, tls, error) => {
    const sender = senderTo(`https://127.0.0.1:${await overTls()}/`, tls ? { tls } : {});
    for (const connection of ["fresh", "kept"] as const) {
      expect(await sender.send(connection, undefined)).toMatchObject({ error });
    }
    expect(seen).toEqual([]);
  });

  test("takes any certificate if that is asked for", async () => {
    const sender = senderTo(`https://127.0.0.1:${await overTls()}/`, { tls: { insecure: true } });
    expect(shown(await sender.send("fresh", undefined))).toEqual({ status: 200, text: "hello" });
  });

  test("goes to the host of its own header, and asks for the certificate of its own name", async () => {
    const request = { headers: { host: "web.example" }, tls: named };
    const sender = senderTo(`https://127.0.0.1:${await overTls()}/`, request);
    await sender.send("fresh", undefined);
    expect(seen).toEqual([{ version: "1.1", host: "web.example", name: "shop.example" }]);
  });

  test("shakes hands in full on every fresh connection, as a user who comes anew", async () => {
    const sender = senderTo(`https://127.0.0.1:${await overTls()}/`, { tls: named });
    for (let sent = 0; sent < 3; sent += 1) await sender.send("fresh", undefined);
    expect(sessions).toBe(3);
  });
});

describe("a request over HTTP/2", () => {
  test("uses one connection again, or a new one for each", async () => {
    const server = createSecureServer(keys, answer);
    let connections = 0;
    server.on("session", () => {
      connections += 1;
    });
    const sender = senderTo(`https://127.0.0.1:${await listen(server)}/a?b=1`, { http2: true, tls: named });
    for (let sent = 0; sent < 3; sent += 1) {
      expect(shown(await sender.send("fresh", undefined))).toEqual({ status: 200, text: "hello" });
    }
    expect(connections).toBe(3);
    for (let sent = 0; sent < 30; sent += 1) await sender.send("kept", undefined);
    expect(connections).toBe(13);
    expect(new Set(seen.map(({ version }) => version))).toEqual(new Set(["2.0"]));
  });

  test("sends method, headers and body, and reads headers of the answer", async () => {
    const server = createSecureServer(keys, (request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        response.setHeader("x-method", `${request.method} ${request.headers["x-key"]}`);
        response.end(Buffer.concat(chunks));
      });
    });
    const request = { method: "PUT", headers: { "x-key": "1" }, http2: true, tls: named };
    const sender = senderTo(`https://127.0.0.1:${await listen(server)}/`, request);
    expect(await sender.send("kept", "body")).toMatchObject({
      status: 200,
      headers: { "x-method": "PUT 1" },
      text: "body",
    });
  });

  test("needs no TLS", async () => {
    const sender = senderTo(`http://127.0.0.1:${await listen(createHttp2Plain(answer))}/`, { http2: true });
    for (const connection of ["fresh", "kept"] as const) {
      expect(shown(await sender.send(connection, undefined))).toEqual({ status: 200, text: "hello" });
    }
    expect(seen.map(({ version }) => version)).toEqual(["2.0", "2.0"]);
  });

  test("fails where the server does not speak it, and never falls back unsaid", async () => {
    const sender = senderTo(`https://127.0.0.1:${await overTls()}/`, { http2: true, tls: named });
    for (const connection of ["fresh", "kept"] as const) {
      expect(await sender.send(connection, undefined)).toMatchObject({ error: "the server does not speak HTTP/2" });
    }
  });

  test("gives up what is not answered in time, and goes on", async () => {
    let isSilent = true;
    const server = createSecureServer(keys, (request, response) => {
      if (!isSilent) answer(request, response);
    });
    const port = await listen(server);
    const sender = senderTo(`https://127.0.0.1:${port}/`, { http2: true, tls: named, timeoutMs: 300 });
    const timeout = { error: "timeout" };
    expect(await Promise.all([sender.send("fresh", undefined), sender.send("kept", undefined)])).toMatchObject([
      timeout,
      timeout,
    ]);
    isSilent = false;
    expect(shown(await sender.send("kept", undefined))).toEqual({ status: 200, text: "hello" });
  });

  test("is not spoken unless that is asked for, though the server would", async () => {
    const server = createSecureServer({ ...keys, allowHTTP1: true }, answer);
    const sender = senderTo(`https://127.0.0.1:${await listen(server)}/`, { tls: named });
    await sender.send("fresh", undefined);
    expect(seen.map(({ version }) => version)).toEqual(["1.1"]);
  });
});

test("a URL's user name and password become a header, unless there is one", async () => {
  const { createServer: createPlain } = await import("node:http");
  const asked: (string | undefined)[] = [];
  const port = await listen(
    createPlain((request, response) => {
      asked.push(`${request.url} ${request.headers.authorization}`);
      response.end();
    }),
  );
  const url = `http://ada:p%40ss@127.0.0.1:${port}/a?b=1`;
  await senderTo(url, {}).send("fresh", undefined);
  await senderTo(url, { headers: { authorization: "Bearer x" } }).send("fresh", undefined);
  expect(asked).toEqual([`/a?b=1 Basic ${Buffer.from("ada:p@ss").toString("base64")}`, "/a?b=1 Bearer x"]);
});

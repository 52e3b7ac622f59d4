import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo, ListenOptions } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { askDocker } from "../../../stacks/images/docker.ts";

let folder: string;
let server: Server;

/** A server that answers with the request that it got. */
async function listen(options: ListenOptions): Promise<void> {
  server = createServer(async (request, response) => {
    if (request.url === "/never") return;
    let body = "";
    for await (const chunk of request) body += chunk;
    response.statusCode = request.method === "POST" ? 401 : 200;
    const { "content-type": type, "x-registry-auth": login } = request.headers;
    response.end(JSON.stringify({ url: request.url, type, login, body }));
  });
  await new Promise<void>((resolve) => server.listen(options, resolve));
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "docker-"));
});

afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true });
});

test("over a socket, with a body or without", async () => {
  const path = join(folder, "docker.sock");
  await listen({ path });
  const endpoint = { host: `unix://${path}` };
  expect(await askDocker(endpoint, { path: "/info", timeoutMs: 5000 })).toEqual({
    status: 200,
    body: { url: "/info", body: "" },
  });
  expect(await askDocker(endpoint, { path: "/auth", body: { username: "alice" }, timeoutMs: 5000 })).toEqual({
    status: 401,
    body: { url: "/auth", type: "application/json", body: '{"username":"alice"}' },
  });
});

test("with headers", async () => {
  await listen({ port: 0, host: "127.0.0.1" });
  const endpoint = { host: `tcp://127.0.0.1:${(server.address() as AddressInfo).port}` };
  const question = { path: "/distribution/app:v1/json", headers: { "x-registry-auth": "e30=" }, timeoutMs: 5000 };
  expect((await askDocker(endpoint, question)).body).toMatchObject({ url: question.path, login: "e30=", body: "" });
  expect((await askDocker(endpoint, { ...question, body: {} })).body).toMatchObject({
    type: "application/json",
    login: "e30=",
    body: "{}",
  });
});

test("over plain TCP, and not for ever", async () => {
  await listen({ port: 0, host: "127.0.0.1" });
  const endpoint = { host: `tcp://127.0.0.1:${(server.address() as AddressInfo).port}` };
  expect((await askDocker(endpoint, { path: "/info", timeoutMs: 5000 })).status).toBe(200);
  await expect(askDocker(endpoint, { path: "/never", timeoutMs: 50 })).rejects.toThrow("no answer within 0.05 s");
});

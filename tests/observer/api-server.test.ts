import { getEventListeners } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { KubeConfig, type User } from "@kubernetes/client-node";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { kubernetesTransport, type StreamingTransport } from "../../observer/api-server.ts";

const path = "/api/v1/namespaces/lab/pods?labelSelector=app%3Dweb";
let asked: Pick<IncomingMessage, "url" | "headers">[] = [];
let answer: { readonly status: number; readonly body: object };
/** The token that the server knows; undefined where it asks for none. */
let known: string | undefined;

const server = createServer((request, response) => {
  asked.push(request);
  if (known !== undefined && request.headers.authorization !== `Bearer ${known}`) {
    response.writeHead(401).end(JSON.stringify({ message: "Unauthorized" }));
    return;
  }
  response.writeHead(answer.status, { "content-type": "application/json" }).end(JSON.stringify(answer.body));
});
beforeEach(() => {
  known = undefined;
});
beforeAll(() => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve)));
afterAll(() => new Promise((resolve) => server.close(resolve)));

function transportOf(user: Partial<User> = {}): StreamingTransport {
  asked = [];
  const config = new KubeConfig();
  const { port } = server.address() as AddressInfo;
  config.loadFromClusterAndUser(
    { name: "lab", server: `http://127.0.0.1:${port}`, skipTLSVerify: true },
    { name: "lab", ...user },
  );
  return kubernetesTransport(config);
}

function listMetadata(status: number, body: object) {
  answer = { status, body };
  return transportOf().listMetadata(path, AbortSignal.timeout(5_000));
}

test("metadata are asked for alone, and as the store has them: no version makes do with what is cached", async () => {
  const items = [{ metadata: { uid: "u1", name: "a", resourceVersion: "7" } }];
  const list = await listMetadata(200, { metadata: { resourceVersion: "9" }, items });
  expect(list).toEqual({ metadata: { resourceVersion: "9" }, items });
  expect(asked.map(({ url }) => url)).toEqual([path]);
  expect(asked[0]?.headers.accept).toBe("application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1");
});

test("an empty list is written without items", async () => {
  const list = await listMetadata(200, { metadata: { resourceVersion: "9" }, items: null });
  expect(list.items).toEqual([]);
});

test("a refusal is told in the server's own words", async () => {
  await expect(listMetadata(403, { message: "pods is forbidden" })).rejects.toMatchObject({
    name: "ApiError",
    statusCode: 403,
    message: `GET ${path}: pods is forbidden`,
  });
});

describe("a credential plugin", () => {
  let folder: string;
  let runs: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "online-inference-plugin-"));
    runs = join(folder, "runs");
    // Fails where its number of runs is in `fails`, and hangs while there is a file that ends so. Its tokens have no date of expiry,
    // so the client keeps them for ever.
    const program = `
      const { appendFileSync, existsSync, readFileSync } = require("node:fs");
      appendFileSync(process.argv[2], "x");
      const run = readFileSync(process.argv[2], "utf8").length;
      if (existsSync(process.argv[2] + "-fails-" + run)) { console.error("no network"); process.exit(1); }
      const answer = () => {
        if (existsSync(process.argv[2] + "-hangs")) setTimeout(answer, 20);
        else console.log(JSON.stringify({ status: { token: "token-" + run } }));
      };
      answer();`;
    await writeFile(join(folder, "plugin.cjs"), program);
  });
  afterAll(() => rm(folder, { recursive: true }));
  beforeEach(async () => {
    runs = join(await mkdtemp(join(folder, "test-")), "runs");
    answer = { status: 200, body: { metadata: { resourceVersion: "9" }, items: [] } };
  });

  const byPlugin = () => transportOf({ exec: { command: process.execPath, args: [join(folder, "plugin.cjs"), runs] } });
  const timesRun = async () => (await readFile(runs, "utf8")).length;
  const tokensSent = () => asked.map(({ headers }) => headers.authorization);

  test("is run once for many requests", async () => {
    known = "token-1";
    const transport = byPlugin();
    await Promise.all([1, 2, 3].map(() => transport.request("GET", path)));
    await transport.request("GET", path);
    expect(await timesRun()).toBe(1);
    expect(asked).toHaveLength(4);
  });

  test("is run again where its token is refused, and the request is sent once more", async () => {
    known = "token-2";
    const transport = byPlugin();
    expect(await transport.request("POST", path, undefined, { kind: "Pod" })).toMatchObject({ status: 200 });
    expect(await transport.listMetadata(path, AbortSignal.timeout(5_000))).toMatchObject({ items: [] });
    expect(tokensSent()).toEqual(["Bearer token-1", "Bearer token-2", "Bearer token-2"]);
  });

  test("is run again once where several requests are refused at a time", async () => {
    known = "token-1";
    const transport = byPlugin();
    await transport.request("GET", path);
    known = "token-2";
    const answers = await Promise.all([1, 2, 3].map(() => transport.request("GET", path)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(await timesRun()).toBe(2);
  });

  test("is not run for every request of a server that knows no token of it", async () => {
    known = "another";
    const transport = byPlugin();
    for (const _ of [1, 2]) expect(await transport.request("GET", path)).toMatchObject({ status: 401 });
    expect(tokensSent()).toEqual(["Bearer token-1", "Bearer token-2", "Bearer token-2"]);
  });

  test("that failed is why a request fails", async () => {
    await writeFile(`${runs}-fails-1`, "");
    await expect(byPlugin().request("GET", path)).rejects.toThrow("no network");
    expect(asked).toEqual([]);
  });

  test("that hangs holds a request no longer than its signal, and leaves nothing on that", async () => {
    await writeFile(`${runs}-hangs`, "");
    const transport = byPlugin();
    await expect(transport.request("GET", path, AbortSignal.timeout(100))).rejects.toMatchObject({
      name: "TimeoutError",
    });
    const interruption = new AbortController();
    const { signal } = interruption;
    const listed = transport.listMetadata(path, signal);
    const streamed = transport.stream(path, signal)[Symbol.asyncIterator]().next();
    interruption.abort(new Error("interrupted"));
    await expect(listed).rejects.toThrow("interrupted");
    await expect(streamed).rejects.toThrow("interrupted");
    await expect(transport.request("GET", path, signal)).rejects.toThrow("interrupted");
    expect(getEventListeners(signal, "abort")).toEqual([]);
    await rm(`${runs}-hangs`);
    expect(await transport.request("GET", path)).toMatchObject({ status: 200 });
    expect(await timesRun()).toBe(1);
  });

  test("that has answered leaves nothing on a signal that lasts", async () => {
    known = "token-1";
    const transport = byPlugin();
    const { signal } = new AbortController();
    for (const _ of [1, 2, 3]) await transport.request("GET", path, signal);
    // The client lets go of the last answer a little later.
    await expect.poll(() => getEventListeners(signal, "abort")).toEqual([]);
  });

  test("is run again for the next watch where a watch was refused", async () => {
    known = "token-1";
    const transport = byPlugin();
    const ended = async () => {
      const { promise, resolve } = Promise.withResolvers<unknown>();
      await transport.watch(path, {}, () => {}, resolve);
      return promise;
    };
    expect(await ended()).toBeNull();
    known = "token-2";
    expect(await ended()).toMatchObject({ statusCode: 401 });
    expect(await ended()).toBeNull();
  });
});

import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { KubeConfig } from "@kubernetes/client-node";
import { afterAll, beforeAll, expect, test } from "vitest";
import { kubernetesTransport } from "../../observer/api-server.ts";

const path = "/api/v1/namespaces/lab/pods?labelSelector=app%3Dweb";
let asked: Pick<IncomingMessage, "url" | "headers">[] = [];
let answer: { readonly status: number; readonly body: object };

const server = createServer((request, response) => {
  asked.push(request);
  response.writeHead(answer.status, { "content-type": "application/json" }).end(JSON.stringify(answer.body));
});
beforeAll(() => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve)));
afterAll(() => new Promise((resolve) => server.close(resolve)));

function listMetadata(status: number, body: object) {
  asked = [];
  answer = { status, body };
  const config = new KubeConfig();
  const { port } = server.address() as AddressInfo;
  config.loadFromClusterAndUser(
    { name: "lab", server: `http://127.0.0.1:${port}`, skipTLSVerify: true },
    { name: "lab" },
  );
  return kubernetesTransport(config).listMetadata(path, AbortSignal.timeout(5_000));
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

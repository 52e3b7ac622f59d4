import { writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { openLive } from "../../../cli/objects/read-live.ts";
import { scratchFolder } from "../../setup/support/scratch.ts";

const servers: Server[] = [];
afterEach(() => {
  vi.unstubAllEnvs();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

const pod = (namespace: string, name: string) => ({
  metadata: { name, namespace },
  spec: { nodeName: "n", containers: [{ name: "c", resources: { requests: { cpu: "50m", memory: "1Mi" } } }] },
});

/** A cluster with one node, one Deployment, a quota, and pods of two namespaces; `refused` are paths that the user may not list. */
async function cluster(refused: readonly string[] = []) {
  const asked: string[] = [];
  const lists: Readonly<Record<string, readonly unknown[]>> = {
    "/apis/apps/v1/namespaces/shop/deployments": [{ metadata: { name: "web" }, spec: { selector: {}, template: {} } }],
    "/api/v1/namespaces/shop/pods": [pod("shop", "web-1")],
    "/api/v1/namespaces/shop/resourcequotas": [{ metadata: { name: "team" }, spec: { hard: { pods: "9" } } }],
    "/api/v1/nodes": [{ metadata: { name: "n" }, status: { allocatable: { cpu: "2" } } }],
    "/api/v1/pods": [pod("shop", "web-1"), pod("kube-system", "dns")],
  };
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "", "http://server");
    asked.push(`${request.method} ${pathname}`);
    const status = refused.includes(pathname) ? 403 : 200;
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify(status === 200 ? { items: lists[pathname] ?? [] } : { kind: "Status", code: status }));
  });
  servers.push(server);
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const file = join(await scratchFolder(), "config");
  const config = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": "prod",
    clusters: [
      {
        name: "c",
        cluster: {
          server: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
          "insecure-skip-tls-verify": true,
        },
      },
    ],
    users: [{ name: "u", user: { token: "t" } }],
    contexts: [{ name: "prod", context: { cluster: "c", user: "u", namespace: "shop" } }],
  };
  await writeFile(file, JSON.stringify(config));
  vi.stubEnv("KUBECONFIG", file);
  return asked;
}

test("reads the namespace of the current context, by lists alone", async () => {
  const asked = await cluster();
  const { namespace, read } = await openLive(undefined);
  const { live, limits } = await read(namespace);
  expect(namespace).toBe("shop");
  expect(live.deployments.map(({ metadata }) => metadata?.name)).toEqual(["web"]);
  expect(live.foreign).toEqual({ pods: 1, cpuMillicores: 50, memoryBytes: 2 ** 20 });
  expect(limits).toMatchObject([{ kind: "ResourceQuota", metadata: { name: "team" } }]);
  expect(asked.every((request) => request.startsWith("GET "))).toBe(true);
});

test("goes without what the user may not list of the cluster", async () => {
  await cluster(["/api/v1/nodes", "/api/v1/pods", "/api/v1/namespaces/shop/resourcequotas"]);
  const { live, limits } = await (await openLive("prod")).read("shop");
  expect([live.nodes, limits]).toEqual([[], []]);
});

test("quotes none of the credentials of a kubeconfig that is no YAML", async () => {
  const file = join(await scratchFolder(), "config");
  await writeFile(file, "users:\n  - name: a\n    user:\n      token: hush\n     x: y\n");
  vi.stubEnv("KUBECONFIG", file);
  await expect(openLive(undefined)).rejects.toThrow(
    /^kubeconfig cannot be read: bad indentation of a mapping entry \(5:6\)\. Mend it, or leave --live out\.$/,
  );
});

test("says what is needed where pods may not be listed, and which contexts there are", async () => {
  await cluster(["/api/v1/namespaces/shop/pods"]);
  await expect((await openLive("prod")).read("shop")).rejects.toThrow(
    "lets you list too little (403): deployments, replicasets, pods",
  );
  await expect(openLive("test")).rejects.toThrow('--context: got "test", allowed: prod.');
});

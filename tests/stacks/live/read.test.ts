import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { UserError } from "../../../common/user-error.ts";
import { contextServers, readLive } from "../../../stacks/live/read.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "cluster-"));
});
afterAll(() => rm(folder, { recursive: true }));

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

type Answer = { readonly status?: number; readonly items?: readonly unknown[] };

/** An API server that answers lists by their path; undefined means that it does not answer. */
async function apiServer(answer: (path: string, query: URLSearchParams) => Answer | undefined): Promise<string> {
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "", "http://server");
    const answered = answer(pathname, searchParams);
    if (!answered) return;
    const { status = 200, items = [] } = answered;
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify(status === 200 ? { kind: "List", items } : { kind: "Status", code: status }));
  });
  servers.push(server);
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function kubeconfig(server: string, names: readonly string[] = ["lab"]): Promise<string> {
  const file = join(folder, "config");
  const content = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "c", cluster: { server, "insecure-skip-tls-verify": true } }],
    users: [{ name: "u", user: { token: "t" } }],
    contexts: names.map((name) => ({ name, context: { cluster: "c", user: "u" } })),
  };
  await writeFile(file, JSON.stringify(content));
  return file;
}

const read = async (server: string, timeoutMs = 10_000) =>
  readLive("lab", "online-inference-pod", "pod", { kubeconfig: await kubeconfig(server), timeoutMs });

const pod = (namespace: string, instance: string, cpu: string, nodeName?: string) => ({
  metadata: { name: instance, namespace, labels: { "app.kubernetes.io/instance": instance } },
  spec: { ...(nodeName && { nodeName }), containers: [{ name: "c", resources: { requests: { cpu, memory: "1Mi" } } }] },
});

describe("what runs", () => {
  test("is what bears the stack's label in its namespace; everything else on the nodes is foreign", async () => {
    const asked: string[] = [];
    const server = await apiServer((path, query) => {
      asked.push(`${path} ${query.get("labelSelector") ?? query.get("fieldSelector") ?? ""}`);
      if (path === "/api/v1/nodes") {
        return {
          items: [{ metadata: { name: "n" } }, { metadata: { name: "cordoned" }, spec: { unschedulable: true } }],
        };
      }
      if (path === "/api/v1/pods") {
        return {
          items: [
            pod("online-inference-pod", "pod", "50m", "n"),
            pod("online-inference-pod", "load", "10m", "n"),
            pod("kube-system", "pod", "100m", "n"),
            pod("kube-system", "far", "400m", "cordoned"),
            pod("kube-system", "waiting", "800m"),
          ],
        };
      }
      if (path.endsWith("/pods")) return { items: [pod("online-inference-pod", "pod", "50m", "n")] };
      return { items: [] };
    });
    const live = await read(server);
    expect(live.pods.map(({ metadata }) => metadata?.name)).toEqual(["pod"]);
    expect(live.nodes).toHaveLength(2);
    expect(live.foreign).toEqual({ pods: 2, cpuMillicores: 110, memoryBytes: 2 * 2 ** 20 });
    const label = "app.kubernetes.io/instance=pod";
    expect(asked.sort()).toEqual([
      `/api/v1/namespaces/online-inference-pod/pods ${label}`,
      `/api/v1/namespaces/online-inference-pod/services ${label}`,
      "/api/v1/nodes ",
      "/api/v1/pods status.phase!=Succeeded,status.phase!=Failed",
      `/apis/apps/v1/namespaces/online-inference-pod/deployments ${label}`,
      `/apis/apps/v1/namespaces/online-inference-pod/replicasets ${label}`,
    ]);
  });

  test("is read without what the user may not see of others", async () => {
    const server = await apiServer((path) => (/^\/api\/v1\/(nodes|pods)$/.test(path) ? { status: 403 } : {}));
    expect(await read(server)).toMatchObject({ nodes: [], foreign: { pods: 0, cpuMillicores: 0, memoryBytes: 0 } });
  });
});

test("the API servers of contexts are read from kubeconfig", async () => {
  const file = await kubeconfig("https://192.168.49.2:8443", ["minikube", "production"]);
  expect([...(await contextServers(file))]).toEqual([
    ["minikube", "https://192.168.49.2:8443"],
    ["production", "https://192.168.49.2:8443"],
  ]);
  await expect(contextServers(join(folder, "missing"))).rejects.toThrow(/^kubeconfig cannot be read: ENOENT/);
});

describe("one line says what is wrong", () => {
  test("with the context", async () => {
    const file = await kubeconfig("http://127.0.0.1:1", ["one", "two"]);
    const reading = readLive("three", "n", "s", { kubeconfig: file });
    await expect(reading).rejects.toThrow(UserError);
    await expect(reading).rejects.toThrow(/^kubeconfig has no context three, only: one, two\. Start the cluster: /);
  });

  test("with the file", async () => {
    const file = join(folder, "missing");
    await expect(readLive("lab", "n", "s", { kubeconfig: file })).rejects.toThrow(/^kubeconfig cannot be read: ENOENT/);
  });

  test("with a file that is no YAML, and quotes none of the credentials beside the fault", async () => {
    const file = join(folder, "torn");
    await writeFile(file, "users:\n  - name: a\n    user:\n      token: hush\n     x: y\n");
    await expect(contextServers(file)).rejects.toThrow(
      /^kubeconfig cannot be read: bad indentation of a mapping entry \(5:6\)\. See "bin\/lab doctor"\.$/,
    );
  });

  test("when nobody listens", async () => {
    const reading = read("http://127.0.0.1:1");
    await expect(reading).rejects.toThrow(UserError);
    await expect(reading).rejects.toThrow(
      /^kubeconfig context lab: the API server http:\/\/127\.0\.0\.1:1 does not answer: .*\. Start the cluster: "bin\/lab up pod"/,
    );
  });

  test("when there is no answer in time", async () => {
    const reading = read(await apiServer(() => undefined), 50);
    await expect(reading).rejects.toThrow(UserError);
    await expect(reading).rejects.toThrow(/does not answer in time/);
  });

  test.each([
    [401, /does not know its credentials/],
    [403, /allows its user too little/],
  ])("when the answer is %i", async (status, message) => {
    const reading = read(await apiServer(() => ({ status })));
    await expect(reading).rejects.toThrow(UserError);
    await expect(reading).rejects.toThrow(message);
  });

  test("but another fault is not hidden", async () => {
    const reading = read(await apiServer(() => ({ status: 500 })));
    await expect(reading).rejects.not.toBeInstanceOf(UserError);
    await expect(reading).rejects.toMatchObject({ code: 500 });
  });
});

import { describe, expect, test } from "vitest";
import { findTarget, nameOfWorkload } from "../../../cli/watch/find-target.ts";
import { typedName, type WatchedName, watchedName } from "../../../cli/watch/watch-request.ts";
import { kubeApi, namespaceOf } from "../support/kube-api.ts";

const { workload, pod, service } = namespaceOf("shop");
const app = { app: "web" };
/** Deployment web of one pod, behind the Service web; another Deployment beside it. */
const shop = {
  ...workload("Deployment", "web", app),
  ...workload("ReplicaSet", "web-7f", app, { kind: "Deployment", name: "web" }),
  ...pod("web-7f-1", app, { kind: "ReplicaSet", name: "web-7f" }),
  ...service("web", app),
  ...workload("Deployment", "other", { app: "other" }),
};

const SLICES = "/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices";
/** A slice that somebody wrote. */
const endpoints = (ready: boolean) => ({
  [`${SLICES}/web-by-hand`]: {
    metadata: { name: "web-by-hand", uid: "slice", labels: { "kubernetes.io/service-name": "web" } },
    endpoints: [{ addresses: ["10.0.0.7"], conditions: { ready } }],
  },
});
const notReady = pod("web-7f-1", app, { kind: "ReplicaSet", name: "web-7f" }, false);

const find = (objects: object, watched: WatchedName, more: { service?: string; url?: string } = {}) =>
  findTarget({ ...kubeApi({ ...objects } as Record<string, object>), namespace: "shop" }, { watched, ...more });
async function found(...args: Parameters<typeof find>) {
  const { workloads, service: leads, notes } = await find(...args);
  const names = workloads.map((one) => typedName(nameOfWorkload(one)));
  return { workloads: names, service: leads?.metadata?.name, notes };
}

describe("a watch finds", () => {
  test("a workload, and the only Service that selects its pods", async () => {
    expect(await found(shop, watchedName("deployment/web"))).toEqual({
      workloads: ["deployment/web"],
      service: "web",
      notes: [],
    });
  });

  test.each(["pod/web-7f-1", "rs/web-7f"])("for %s the Deployment that it belongs to, and says so", async (name) => {
    const { workloads, notes } = await found(shop, watchedName(name));
    expect(workloads).toEqual(["deployment/web"]);
    expect(notes).toEqual([`${typedName(watchedName(name))} belongs to deployment/web, which is watched`]);
  });

  test("every workload behind a Service", async () => {
    const canary = {
      ...shop,
      ...workload("StatefulSet", "canary", app),
      ...pod("canary-0", app, { kind: "StatefulSet", name: "canary" }),
      ...pod("bare", app),
    };
    expect(await found(canary, watchedName("svc/web"))).toMatchObject({
      workloads: ["deployment/web", "statefulset/canary", "pod/bare"],
      notes: [],
    });
    const { workloads, notes } = await found(canary, watchedName("statefulset/canary"));
    expect(workloads).toEqual(["statefulset/canary", "deployment/web", "pod/bare"]);
    expect(notes).toEqual(["behind the Service web are deployment/web, pod/bare as well: they are watched too"]);
  });

  test.each([
    [
      "a Job",
      pod("web-migrate-x", app, { kind: "Job", name: "web-migrate" }),
      "pod/web-migrate-x, which belongs to Job web-migrate: it is not watched",
    ],
    [
      "a DaemonSet",
      pod("agent-1", app, { kind: "DaemonSet", name: "agent" }),
      "pod/agent-1, which belongs to DaemonSet agent: it is not watched",
    ],
    [
      "an operator's ReplicaSet",
      {
        ...workload("ReplicaSet", "canary-5c", app, { kind: "Rollout", name: "canary" }),
        ...pod("canary-5c-1", app, { kind: "ReplicaSet", name: "canary-5c" }),
      },
      "pod/canary-5c-1, which belongs to Rollout canary: it is not watched",
    ],
    [
      "an operator's kind of the same name",
      pod("web-0", app, { apiVersion: "apps.kruise.io/v1beta1", kind: "StatefulSet", name: "web" }),
      "pod/web-0, which belongs to StatefulSet web of apps.kruise.io/v1beta1: it is not watched",
    ],
    [
      "a ReplicaSet that was deleted meanwhile",
      pod("web-6e-1", app, { kind: "ReplicaSet", name: "web-6e" }),
      "pod/web-6e-1, whose ReplicaSet web-6e is gone: it is not watched",
    ],
  ])("a workload beside a pod of %s behind the same Service, and says so", async (_, beside, note) => {
    for (const name of ["deployment/web", "service/web"]) {
      const { workloads, notes } = await found({ ...shop, ...beside }, watchedName(name));
      expect(workloads).toEqual(["deployment/web"]);
      expect(notes).toEqual([`behind the Service web is also ${note}`]);
    }
  });

  test("no Service where an address is given, and that one where it is named", async () => {
    expect(await found(shop, watchedName("deployment/web"), { url: "http://shop.example" })).toMatchObject({
      workloads: ["deployment/web"],
      service: undefined,
    });
    const two = { ...shop, ...service("admin", app) };
    expect(await found(two, watchedName("deployment/web"), { service: "admin" })).toMatchObject({ service: "admin" });
  });

  test("the Service with an address, beside a headless one", async () => {
    const two = { ...shop, ...service("web-pods", app, { clusterIP: "None" }) };
    expect(await found(two, watchedName("deployment/web"))).toMatchObject({ service: "web" });
  });

  test.each([
    ["whose endpoints somebody writes", service("web", undefined), endpoints(true)],
    ["that leads to pods that are not Ready", service("web", app, { publishNotReadyAddresses: true }), notReady],
    ["that is a name elsewhere", service("web", undefined, { type: "ExternalName" }), {}],
  ])("a workload that is named, and a Service %s", async (_, leads, more) => {
    const objects = { ...shop, ...leads, ...more };
    expect(await found(objects, watchedName("deployment/web"), { service: "web" })).toMatchObject({
      workloads: expect.arrayContaining(["deployment/web"]),
      service: "web",
    });
  });

  test("a Service without a selector whose endpoints may not be listed", async () => {
    const api = kubeApi({ ...shop, ...service("web", undefined) }, [SLICES]);
    const asked = { watched: watchedName("deployment/web"), service: "web" };
    expect(await findTarget({ ...api, namespace: "shop" }, asked)).toMatchObject({ notes: [] });
  });

  test.each([
    ["/api/v1/nodes", "nodes may not be listed"],
    ["/api/v1/namespaces/shop/pods", "pods may not be listed"],
    ["/apis/apps/v1/namespaces/shop/replicasets/web-7f", "pod/web-7f-1, whose ReplicaSet may not be read"],
  ])("the rest, and what it could not see, where %s is forbidden", async (path, note) => {
    const api = kubeApi(shop as Record<string, object>, [path]);
    const { workloads, nodes, notes } = await findTarget(
      { ...api, namespace: "shop" },
      { watched: watchedName("deployment/web") },
    );
    expect(workloads.map(nameOfWorkload)).toEqual([{ kind: "Deployment", name: "web" }]);
    expect(nodes).toEqual([]);
    expect(notes).toEqual([expect.stringContaining(note)]);
  });

  test("nothing behind a Service whose pods may not be listed, and says that, not that there is none", async () => {
    const api = kubeApi(shop as Record<string, object>, ["/api/v1/namespaces/shop/pods"]);
    const found = findTarget({ ...api, namespace: "shop" }, { watched: watchedName("svc/web") });
    await expect(found).rejects.toThrow("service/web: pods may not be listed");
  });
});

describe("a clear no is", () => {
  test.each([
    [
      "a workload that is not there",
      shop,
      "deployment/wbe",
      {},
      "deployment/wbe: namespace shop has none of this name",
    ],
    [
      "a Service that is not there",
      shop,
      "deployment/web",
      { service: "x" },
      'service: got "x", allowed in namespace shop: web',
    ],
    [
      "a Service without a pod",
      { ...service("empty", { app: "none" }) },
      "service/empty",
      {},
      "service/empty: no pod is behind it in namespace shop, so nothing can be watched",
    ],
    [
      "a Service without a Ready pod",
      { ...shop, ...pod("web-7f-1", app, { kind: "ReplicaSet", name: "web-7f" }, false) },
      "deployment/web",
      {},
      "service/web: none of its 1 pods is Ready, so every request fails already before the change",
    ],
    [
      "a Service whose endpoints somebody writes, none of which is ready",
      { ...shop, ...service("web", undefined), ...endpoints(false) },
      "deployment/web",
      { service: "web" },
      "service/web: it has no selector, and no EndpointSlice with a ready endpoint, so every request fails already",
    ],
    [
      "a Service without a selector",
      { ...shop, ...service("elsewhere", undefined) },
      "service/elsewhere",
      {},
      "service/elsewhere: no pod is behind it",
    ],
    [
      "a workload without a Service",
      shop,
      "deployment/other",
      {},
      "deployment/other: no Service of namespace shop selects its pods",
    ],
    [
      "two Services to choose from",
      { ...shop, ...service("admin", app) },
      "deployment/web",
      {},
      "--service: deployment/web is behind web, admin. Name the one that gets the load: --service web",
    ],
    [
      "a pod of a DaemonSet",
      { ...pod("agent-1", app, { kind: "DaemonSet", name: "agent" }) },
      "pod/agent-1",
      {},
      "pod/agent-1: got a pod of DaemonSet agent, allowed: pods of a Deployment, StatefulSet or ReplicaSet, or of none",
    ],
    [
      "a ReplicaSet of an operator",
      workload("ReplicaSet", "canary-5c", app, { kind: "Rollout", name: "canary" }),
      "replicaset/canary-5c",
      {},
      "replicaset/canary-5c: got a ReplicaSet of Rollout canary, allowed: one of a Deployment, or of none",
    ],
    [
      "a Service with nothing behind it but pods of a Job",
      { ...service("web", app), ...pod("web-migrate-x", app, { kind: "Job", name: "web-migrate" }) },
      "service/web",
      {},
      "service/web: nothing behind it can be watched: got pod/web-migrate-x, which belongs to Job web-migrate; allowed: pods of a Deployment,",
    ],
  ])("%s", async (_what, objects, name, more, message) => {
    await expect(find(objects, watchedName(name), more)).rejects.toThrow(message);
  });
});

import type { V1Container, V1Node, V1PodSpec, V1Service, V1ServicePort } from "@kubernetes/client-node";
import { describe, expect, test } from "vitest";
import { chooseLoad, type LoadChoice, localClusterOf, toldAddress } from "../../../cli/watch/choose-load.ts";

const node = (more: Partial<V1Node> = {}, labels: Record<string, string> = {}): V1Node => ({
  metadata: { labels },
  status: { addresses: [{ type: "InternalIP", address: "192.168.49.2" }], images: [] },
  ...more,
});
const minikube = node({}, { "minikube.k8s.io/name": "minikube" });
const service = (spec: NonNullable<V1Service["spec"]>, status?: V1Service["status"]): V1Service => ({
  metadata: { name: "web" },
  spec,
  ...(status && { status }),
});
const nodePort = service({ ports: [{ port: 80, nodePort: 30080 }] });
const clusterIp = service({ ports: [{ port: 8080 }] });
const balanced = service({ ports: [{ port: 443 }] }, { loadBalancer: { ingress: [{ ip: "203.0.113.7" }] } });
const withImage = (name: string) =>
  node(
    { status: { addresses: [{ type: "InternalIP", address: "192.168.49.2" }], images: [{ names: [name] }] } },
    { "minikube.k8s.io/name": "minikube" },
  );

const choose = (leads: V1Service | undefined, nodes: V1Node[], more: Partial<LoadChoice> = {}) =>
  chooseLoad({
    target: { nodes, workloads: [], ...(leads && { service: leads }) },
    namespace: "shop",
    listens: async () => true,
    ...more,
  });
/** Load from the cluster to a Service without an address of its own, whose name leads to the pods themselves. */
const chooseHeadless = (port: V1ServicePort, ...templates: V1PodSpec[]) => {
  const workloads = templates.map((spec) => ({ kind: "Deployment" as const, object: deployment(spec) }));
  const target = { service: service({ clusterIP: "None", ports: [port] }), nodes: [], workloads };
  return choose(undefined, [], { target, loadFrom: "cluster", loadImage: "node:24" });
};
const deployment = (spec: V1PodSpec) => ({ spec: { selector: {}, template: { spec } } });
const container = (ports: Record<string, number>): V1Container => ({
  name: "web",
  ports: Object.entries(ports).map(([name, containerPort]) => ({ name, containerPort })),
});
const nothing = async () => false;

describe("load from this machine goes", () => {
  test("to the NodePort on the node, which is nobody else's", async () => {
    expect(await choose(nodePort, [minikube])).toEqual({
      from: "host",
      url: "http://192.168.49.2:30080/",
      isLocal: true,
    });
  });

  test("to loopback where the node does not answer, and only to that of a local cluster", async () => {
    const onLoopback = async (host: string) => host === "127.0.0.1";
    expect(await choose(nodePort, [minikube], { listens: onLoopback })).toMatchObject({
      url: "http://127.0.0.1:30080/",
      isLocal: true,
    });
    const foreign = choose(nodePort, [node()], { listens: onLoopback, loadFrom: "host" });
    await expect(foreign).rejects.toThrow("nothing listens on http://192.168.49.2:30080");
  });

  test("to a load balancer, which is not local", async () => {
    expect(await choose(balanced, [node()], { path: "/v1?key=1" })).toEqual({
      from: "host",
      url: "https://203.0.113.7/v1?key=1",
      isLocal: false,
    });
  });

  test.each([
    ["http://127.0.0.1:9/a?b=1", true],
    ["http://localhost:9", true],
    ["http://[::1]:9", true],
    ["http://192.168.49.2:9", true],
    ["http://shop.example", false],
    ["http://127.0.0.1.shop.example", false],
  ])("to the address that is given, %s; local: %s", async (url, isLocal) => {
    expect(await choose(undefined, [minikube], { url })).toEqual({ from: "host", url: new URL(url).href, isLocal });
  });

  test("to a path of the request's file, with the address's own credentials", async () => {
    const given = await choose(undefined, [], { url: "http://ada:s3@shop.example/old?x=1", path: "/new?y=2" });
    expect(given.url).toBe("http://ada:s3@shop.example/new?y=2");
  });

  test.each(["//shop.example/x", "/\\shop.example/x", "/\t/shop.example/x"])(
    "to the host that is given, and to no other, with the path %j",
    async (path) => {
      const given = await choose(undefined, [], { url: "http://127.0.0.1:9", path });
      expect(given).toMatchObject({ isLocal: true });
      expect(new URL(given.url).host).toBe("127.0.0.1:9");
      expect(new URL((await choose(nodePort, [minikube], { path })).url).host).toBe("192.168.49.2:30080");
    },
  );

  test("to a name that a local node bears only as it is asked, since DNS says where that leads", async () => {
    const addresses = [{ type: "Hostname", address: "minikube" }];
    const named = node({ status: { addresses } }, { "minikube.k8s.io/name": "minikube" });
    expect(await choose(undefined, [named], { url: "http://minikube:9" })).toMatchObject({ isLocal: false });
  });
});

describe("load from the cluster goes", () => {
  test("to the Service's name where this machine does not reach it, by the lab's image that the node has", async () => {
    const chosen = await choose(clusterIp, [withImage("online-inference:v1-a40933667b98")], { listens: nothing });
    expect(chosen).toMatchObject({
      from: "cluster",
      url: "http://web.shop.svc:8080/",
      isLocal: true,
      image: "online-inference:v1-a40933667b98",
      why: "the Service web has neither a NodePort nor a load balancer",
    });
    expect(chosen.from === "cluster" && chosen.jobName).toMatch(/^online-inference-load-[0-9a-f]{8}$/);
  });

  test("to the NodePort of its own node, under another name each time", async () => {
    const how = { loadFrom: "cluster", loadImage: "node:24" } as const;
    const [one, other] = await Promise.all([choose(nodePort, [minikube], how), choose(nodePort, [minikube], how)]);
    expect(one).toMatchObject({ url: "http://NODE_ADDRESS:30080/", image: "node:24", isLocal: true });
    expect(one).not.toHaveProperty("why");
    expect(one.from === "cluster" && other.from === "cluster" && one.jobName !== other.jobName).toBe(true);
  });

  test.each<[string, V1ServicePort, V1PodSpec, number]>([
    ["by its number", { port: 80, targetPort: 8080 }, { containers: [] }, 8080],
    ["that is the Service's own", { port: 81 }, { containers: [] }, 81],
    ["by its name", { port: 80, targetPort: "web" }, { containers: [container({ admin: 1, web: 8081 })] }, 8081],
    [
      "of a sidecar",
      { port: 80, targetPort: "web" },
      { containers: [container({})], initContainers: [{ ...container({ web: 8082 }), restartPolicy: "Always" }] },
      8082,
    ],
  ])("to the pods' port behind a headless Service, %s", async (_, port, spec, number) => {
    expect(await chooseHeadless(port, spec)).toMatchObject({ url: `http://web.shop.svc:${number}/` });
  });

  test("of others only as they are asked", async () => {
    const chosen = await choose(clusterIp, [node()], { loadFrom: "cluster", loadImage: "node:24" });
    expect(chosen.isLocal).toBe(false);
    const byUrl = await choose(clusterIp, [minikube], {
      loadFrom: "cluster",
      loadImage: "node:24",
      url: "http://127.0.0.1:9",
    });
    expect(byUrl).toMatchObject({ url: "http://127.0.0.1:9/", isLocal: false });
  });
});

describe("a clear no is", () => {
  test.each([
    ["no image for the Job", clusterIp, [minikube], {}, "load-image: got none"],
    ["an image of another name", clusterIp, [withImage("my/online-inference:v1-x")], {}, "load-image: got none"],
    [
      "this machine without a way",
      clusterIp,
      [minikube],
      { loadFrom: "host" },
      'load-from: got "host", but the Service web has',
    ],
    ["neither Service nor address", undefined, [minikube], {}, "load: there is neither a Service nor an address"],
  ] as const)("%s", async (_what, leads, nodes, more, message) => {
    await expect(choose(leads, [...nodes], { listens: nothing, ...more })).rejects.toThrow(message);
  });
});

describe("a headless Service whose port is not known is a clear no", () => {
  const named = { port: 80, targetPort: "web" };
  test.each<[string, V1PodSpec[], string]>([
    ["no container has it", [{ containers: [container({ admin: 1 })] }], "no container of the watched pods has it"],
    [
      "an init container that ends has it",
      [{ containers: [], initContainers: [container({ web: 1 })] }],
      "no container",
    ],
    [
      "pods differ",
      [{ containers: [container({ web: 8080 })] }, { containers: [container({ web: 9090 })] }],
      "the watched pods have it as 8080 and 9090",
    ],
  ])("where %s", async (_, templates, why) => {
    await expect(chooseHeadless(named, ...templates)).rejects.toThrow(
      new RegExp(
        `^url: the Service web is headless, .* port "web", and ${why}.* --load-from cluster --url http://web.shop.svc:PORT/$`,
      ),
    );
  });
});

test("a local cluster is known by its node", () => {
  expect(localClusterOf([minikube])).toBe("minikube");
  expect(localClusterOf([node({ spec: { providerID: "kind://docker/kind/kind-control-plane" } })])).toBe("kind");
  expect(localClusterOf([node({ spec: { providerID: "aws:///eu-west-1a/i-1" } })])).toBeUndefined();
  expect(localClusterOf([])).toBeUndefined();
});

test("the address of load from the cluster is told by the node's part in it, and without its query", () => {
  expect(toldAddress("http://NODE_ADDRESS:30050/predict?key=secret")).toBe("http://NODE:30050/predict?(left out)");
  expect(toldAddress("http://192.168.49.2:30050/")).toBe("http://192.168.49.2:30050/");
});

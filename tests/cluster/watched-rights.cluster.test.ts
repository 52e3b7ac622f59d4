import { readFile } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { AT_MOST_SHARE } from "../../observer/run/watched-change.ts";
import { CONFIDENCE, requestsToExclude } from "../../observer/share-interval.ts";
import { kubectl, profile, run } from "./support/lab.ts";
import {
  kubeconfigOf,
  limitedUser,
  type PrintedRights,
  printedRights,
  removeLimitedUsers,
} from "./support/limited-user.ts";
import { ownImage, servicesIn, type Watched } from "./support/watched-service.ts";

/*
 * Watches by users who may do exactly what --print-rbac prints, or that without one right, and watches of a service behind TLS. All
 * wait side by side for one and the same restart: what they see is asked here, not whether a busy machine lets them decide it.
 */

const NAMESPACE = "watched-rights";
const { inNamespace, apply, deploy, startWatch, watch } = servicesIn(NAMESPACE);
const LIVENESS = { path: "/liveness", answeredBy: "header:x-pod", expect: ["status=200"] };
const CONTROL_MS = 17_000;

/** The right that a user does not have, by the user's name. */
const MISSING = {
  all: undefined,
  "no-pods": "pods",
  "no-services": "services",
  "no-deployments": "deployments",
  "no-replicasets": "replicasets",
  "no-statefulsets": "statefulsets",
  "no-endpointslices": "endpointslices",
  "no-events": "events",
  "no-nodes": "nodes",
  "no-jobs": "jobs",
} as const;
type User = keyof typeof MISSING;
const USERS = Object.keys(MISSING) as User[];

/** The printed rights without those to read a resource. */
function without(missing: string | undefined, { role, cluster }: PrintedRights): PrintedRights {
  const rest = (rules: PrintedRights["role"]) =>
    rules.filter(
      ({ resources, verbs }) => missing === undefined || !resources.includes(missing) || !verbs.includes("list"),
    );
  return { role: rest(role), cluster: rest(cluster) };
}

let kubeconfigs: Readonly<Record<User, string>>;
/** Address of a Service on the node, without its scheme. */
let addresses: Readonly<Record<"web" | "tls", string>>;
/** What came of the watches of one restart. */
let watched: Readonly<Record<string, Watched>>;

const fixture = (name: string) => new URL(`../fixtures/tls/${name}`, import.meta.url);

/** A Deployment behind TLS, with its certificate in a Secret. */
async function tlsService(image: string): Promise<readonly object[]> {
  const [serve, ...files] = await Promise.all(
    ["serve.cjs", "server.key", "server.pem"].map((name) => readFile(fixture(name), "utf8")),
  );
  const labels = { app: "tls" };
  const container = {
    name: "tls",
    image,
    command: ["node", "--eval", serve],
    env: [{ name: "POD_NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } }],
    readinessProbe: { httpGet: { path: "/", port: 8443, scheme: "HTTPS" }, periodSeconds: 1 },
    lifecycle: { preStop: { sleep: { seconds: 5 } } },
    volumeMounts: [{ name: "tls", mountPath: "/tls" }],
  };
  const spec = { containers: [container], volumes: [{ name: "tls", secret: { secretName: "tls" } }] };
  return [
    {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "tls" },
      stringData: { "server.key": files[0], "server.pem": files[1] },
    },
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "tls" },
      spec: { replicas: 2, selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
    },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "tls" },
      spec: { type: "NodePort", selector: labels, ports: [{ name: "https", port: 443, targetPort: 8443 }] },
    },
  ];
}

async function nodeAddress(service: string): Promise<string> {
  const [{ items }, { spec }] = await Promise.all([
    kubectl<{ items: { status: { addresses: { type: string; address: string }[] } }[] }>("get", "nodes"),
    kubectl<{ spec: { ports: { nodePort: number }[] } }>("--namespace", NAMESPACE, "get", "service", service),
  ]);
  const node = items[0]?.status.addresses.find(({ type }) => type === "InternalIP")?.address;
  return `${node}:${spec.ports[0]?.nodePort}`;
}

const as = (user: User) => ({ KUBECONFIG: kubeconfigs[user] });

beforeAll(async () => {
  await run("kubectl", ["--context", profile, "create", "namespace", NAMESPACE]);
  const image = await ownImage();
  const printed = await printedRights("deployment/web", NAMESPACE);
  await apply(
    ...USERS.flatMap((user) => limitedUser(user, NAMESPACE, without(MISSING[user], printed))),
    ...(await tlsService(image)),
  );
  await deploy({ kind: "Deployment", name: "web", image, replicas: 2, preStopSeconds: 5, type: "NodePort" });
  await inNamespace("rollout", "status", "deployment/tls", "--timeout=120s");
  addresses = { web: await nodeAddress("web"), tls: await nodeAddress("tls") };
  const files = await Promise.all(USERS.map((user) => kubeconfigOf(user, NAMESPACE)));
  kubeconfigs = Object.fromEntries(USERS.map((user, index) => [user, files[index]])) as Record<User, string>;

  const url = ["--url", `http://${addresses.web}`];
  const https = ["--url", `https://${addresses.tls}/`];
  const tls = (how: object) => ({ tls: how, answeredBy: "header:x-pod", expect: ["status=200"] });
  // Ten watches share the machine, so each sends little.
  const rate = ["--rate", "20"];
  const of = (user: User, args: readonly string[] = []) =>
    startWatch("deployment/web", LIVENESS, [...rate, ...args], as(user));
  const begun = {
    all: of("all", ["--load-from", "cluster"]),
    "no-pods": of("no-pods"),
    "no-services": of("no-services", url),
    "no-replicasets": of("no-replicasets"),
    "no-statefulsets": of("no-statefulsets"),
    "no-endpointslices": of("no-endpointslices"),
    "no-events": of("no-events"),
    "no-nodes": of("no-nodes", [...url, "--yes"]),
    authority: startWatch(
      "deployment/tls",
      tls({ caFile: fileURLToPath(fixture("ca.pem")), serverName: "shop.example" }),
      [...rate, ...https],
    ),
    insecure: startWatch("deployment/tls", tls({ insecure: true }), [...rate, ...https]),
  };
  const running = await Promise.all(
    Object.entries(begun).map(async ([name, watching]) => [name, await watching] as const),
  );
  await Promise.all(running.map(([, { printed: has }]) => has("then until somebody changes it")));
  await setTimeout(CONTROL_MS);
  await inNamespace("rollout", "restart", "deployment/web", "deployment/tls");
  watched = Object.fromEntries(
    await Promise.all(running.map(async ([name, { ended }]) => [name, await ended] as const)),
  );
});

afterAll(async () => {
  await removeLimitedUsers(USERS, NAMESPACE);
  await run("kubectl", ["--context", profile, "delete", "namespace", NAMESPACE, "--wait=false"]);
});

const outcome = (name: string) => {
  const { exitCode, all = "", written = "" } = watched[name] ?? {};
  // Other tests run beside this one, so nothing is said of verdicts: each watch came to them, and its requests were answered.
  expect([0, 1, 2], all).toContain(exitCode);
  expect(written.match(/"status":200/g)?.length, all).toBeGreaterThan(requestsToExclude(AT_MOST_SHARE, CONFIDENCE));
  return { all, written };
};

describe("a user with exactly the printed rights", () => {
  test("watches by load from the cluster, sees everything, and leaves nothing", async () => {
    const { all, written } = outcome("all");
    expect(all).toContain("from a Job in the cluster");
    expect(all).toMatch(/The rollout completes\s+Over after/);
    expect(`${all}${written}`).not.toMatch(/may not be|is missing \(HTTP 403\)/);
    const selector = ["--selector", "app.kubernetes.io/component=load"];
    expect(await inNamespace("get", "jobs,configmaps,secrets,pods", ...selector, "--output", "name")).toBe("");
  });
});

describe("without one right a watch goes on, and says what it could not see:", () => {
  test.each([
    ["no-pods", /pods may not be listed/, "the right to list pods is missing (HTTP 403)"],
    ["no-services", /may not be read whole, so there is no plan/, '"type":"load-started"'],
    ["no-replicasets", /whose ReplicaSet may not be read/, "the right to list replicasets is missing (HTTP 403)"],
    ["no-endpointslices", /not seen:[\s\S]*endpoints/, "the right to list endpointslices is missing (HTTP 403)"],
    ["no-events", /not seen:[\s\S]*kubernetes-events/, "the right to list events is missing (HTTP 403)"],
    ["no-nodes", /nodes may not be listed/, '"type":"load-started"'],
  ])("%s", (user, said, recorded) => {
    const { all, written } = outcome(user);
    expect(all).toMatch(said);
    expect(written).toContain(recorded);
  });

  test("no-statefulsets, which a Deployment does not need", () => {
    const { all, written } = outcome("no-statefulsets");
    expect(`${all}${written}`).not.toMatch(/may not be|is missing \(HTTP 403\)/);
  });
});

describe("where a right is needed, its absence is a clear no:", () => {
  test.each([
    ["no-deployments", [], /deployments\.apps "web" is forbidden.* See what is needed: .*--print-rbac/],
    ["no-services", [], /services is forbidden.* See what is needed: .*--print-rbac/],
    [
      "no-nodes",
      ["--url", "http://192.0.2.1"],
      /That is no address of this machine or of a local cluster.* agree by --yes/,
    ],
    ["no-jobs", ["--load-from", "cluster"], /jobs\.batch is forbidden.* See what is needed: .*--print-rbac/],
  ] as const)("%s %j", async (user, args, message) => {
    const { exitCode, all } = await watch("deployment/web", LIVENESS, args, as(user));
    expect(exitCode, all).toBe(2);
    expect(all).toMatch(message);
    expect(all).not.toMatch(/^\s+at /m);
  });
});

describe("a service behind TLS", () => {
  test("is watched by the authority that has signed its certificate", () => {
    const { all } = outcome("authority");
    expect(all).not.toContain("notice");
  });

  test("is watched without a check of it, which a notice says in terminal, recording and report", () => {
    const { all, written } = outcome("insecure");
    expect(all).toMatch(/^notice {4}Certificates were not checked \(insecure\)/m);
    expect(written).toContain('"notices":["Certificates were not checked (insecure)');
    expect(written).toContain('<p class="notice">Certificates were not checked (insecure)');
  });
});

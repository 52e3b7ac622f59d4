import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { kubectl, profile, run } from "./support/lab.ts";
import { type OtherCluster, otherCluster } from "./support/other-cluster.ts";
import { ownImage, type Service, servicesIn, type Watched } from "./support/watched-service.ts";

const NAMESPACE = "watched";
const { inNamespace, deploy, watch } = servicesIn(NAMESPACE);
const LIVENESS = { path: "/liveness", answeredBy: "header:x-pod", expect: ["status=200"] };
const KUBECTL = ["--", "kubectl"];
const SECRET = "pl4nted-word";

/** A step of a watch goes on until it has 299 requests: at this rate that is 6 s. */
const RATE = "50";

/** Watches that go side by side, each of a service of its own, by what their change is. */
let watched: Record<"restart" | "eviction" | "inCluster", Watched>;
/** The current context of the user's kubeconfig, which is not the watched one. */
let production: OtherCluster;
/** All ConfigMaps and Jobs of the namespace while load came from the cluster. */
let objectsMeanwhile: string;

beforeAll(async () => {
  await run("kubectl", ["--context", profile, "create", "namespace", NAMESPACE]);
  const common = { image: await ownImage(), replicas: 2, preStopSeconds: 5, type: "NodePort" } as const;
  const services: readonly Service[] = [
    { ...common, kind: "Deployment", name: "web" },
    { ...common, kind: "Deployment", name: "evicted" },
    { ...common, kind: "StatefulSet", name: "db", type: "ClusterIP" },
  ];
  await deploy(...services);
  const pods = await kubectl<{ items: { metadata: { name: string } }[] }>(
    ...["--namespace", NAMESPACE, "get", "pods", "--selector", "app=evicted"],
  );
  const evicted = pods.items[0]?.metadata.name ?? "";
  const eviction = join(await mkdtemp(join(tmpdir(), "online-inference-eviction-")), "eviction.json");
  const metadata = { name: evicted, namespace: NAMESPACE };
  await writeFile(eviction, JSON.stringify({ apiVersion: "policy/v1", kind: "Eviction", metadata }));
  production = await otherCluster("production");
  const secretly = {
    ...LIVENESS,
    method: "POST",
    path: `/liveness?key=${SECRET}`,
    headers: { authorization: { fromEnv: "TOKEN", prefix: "Bearer " } },
    body: { json: { word: SECRET } },
    expect: ["status=405"],
  };
  const restartIt = "kubectl config get-contexts --output name && kubectl rollout restart deployment/web";
  const restart = watch(
    "deployment/web",
    LIVENESS,
    ["--context", profile, "--rate", RATE, "--summary", "/dev/null", "--", "sh", "-c", restartIt],
    { KUBECONFIG: production.kubeconfig },
  );
  const evict = ["create", "--raw", `/api/v1/namespaces/${NAMESPACE}/pods/${evicted}/eviction`, "-f", eviction];
  const isEvicted = watch(`pod/${evicted}`, LIVENESS, ["--rate", RATE, ...KUBECTL, ...evict]);
  const inCluster = watch(
    "statefulset/db",
    secretly,
    ["--rate", RATE, "--", "sh", "-c", "kubectl rollout restart statefulset/db", SECRET],
    { TOKEN: SECRET },
  );
  const looked = (async () => {
    let seen = "";
    for (let looks = 0; looks < 20 && !/"kind": "Job"/.test(seen); looks += 1) {
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      seen = await inNamespace("get", "configmaps,jobs,pods", "--output", "json");
    }
    return seen;
  })();
  watched = { restart: await restart, eviction: await isEvicted, inCluster: await inCluster };
  objectsMeanwhile = await looked;
}, 240_000);

afterAll(async () => {
  production.close();
  await run("kubectl", ["--context", profile, "delete", "namespace", NAMESPACE, "--wait=false"]);
});

/** On a busy machine a watch may have a gap, and verdicts are inconclusive then; none is refuted. */
const HELD = [0, 2];

/**
 * No request failed by the change, in it or after it. A busy machine's own failures, of which there are some before the change as
 * well, leave these claims inconclusive; so does too little load.
 */
function expectNoneFailed({ report, all }: Watched) {
  for (const id of ["no-failed-requests", "no-failed-requests-after"]) {
    const verdict = report?.verdicts.find(({ hypothesis }) => hypothesis === id);
    expect(verdict?.outcome, all).toMatch(/^(held|inconclusive)$/);
  }
}

describe("a change that users do not notice", () => {
  test("is that of a Deployment, whose command returned at once", () => {
    const { exitCode, all, written } = watched.restart;
    expect(HELD, all).toContain(exitCode);
    expect(all).toContain(`namespace ${NAMESPACE}, deployment/web: 50 requests per second to http://`);
    expect(all).toMatch(/The rollout completes\s+Over after (?!0\.)\d+\.\d s/);
    expectNoneFailed(watched.restart);
    expect(written).toContain('"revision":"');
    expect(written).toMatch(/"release":"v1-[0-9a-f]+#2"/);
  });

  test("reaches no other cluster, although the current context is another one's", async () => {
    const { all } = watched.restart;
    expect(all.split("\n").filter((line) => [profile, "production"].includes(line))).toEqual([profile]);
    expect(production.connections()).toBe(0);
    expect(await readFile(production.kubeconfig, "utf8")).toBe(production.written);
  });

  test("is that of a StatefulSet, by load from the cluster that leaves nothing", async () => {
    const { exitCode, all } = watched.inCluster;
    expect(HELD, all).toContain(exitCode);
    expect(all).toContain("from a Job in the cluster");
    expectNoneFailed(watched.inCluster);
    const selector = ["--selector", "app.kubernetes.io/component=load"];
    expect(await inNamespace("get", "jobs,configmaps,secrets,pods", ...selector, "--output", "name")).toBe("");
  });

  test("is that of a pod which is evicted, but for the bound that its Deployment promises", () => {
    const { exitCode, all } = watched.eviction;
    expect(exitCode, all).toBe(1);
    expectNoneFailed(watched.eviction);
    expect(all).toMatch(/Only 1 pod of at least 2 was Ready/);
    expect(all).toMatch(/pod\/evicted-\S+ belongs to deployment\/evicted, which is watched/);
    expect(all).toMatch(/The rollout completes\s+Over after/);
  });
});

test("no secret is written: into the report, the terminal or an object that others may read", () => {
  const { all, written } = watched.inCluster;
  expect(written.length).toBeGreaterThan(1_000);
  expect(objectsMeanwhile).toContain('"kind": "Job"');
  for (const text of [all, written, objectsMeanwhile]) expect(text).not.toContain(SECRET);
});

test("an image that does not exist is refuted by its name, and a command that fails is told by its own exit code", async () => {
  const [image, failed] = await Promise.all([
    watch("deployment/web", LIVENESS, [
      ...[
        "--rate",
        RATE,
        "--timeout",
        "10",
        ...KUBECTL,
        "set",
        "image",
        "deployment/web",
        "web=nowhere.invalid/web:none",
      ],
    ]),
    watch("deployment/evicted", LIVENESS, ["--rate", RATE, ...KUBECTL, "--context", "prod", "get", "pods"]),
  ]);
  expect(image.exitCode, image.all).toBe(1);
  expect(image.all).toContain("nowhere.invalid/web:none");
  expect(failed.exitCode, failed.all).toBe(64);
  expect(failed.all).toContain("context was not found for specified context: prod");
  expect(failed.all).toContain("nothing changed");
});

test.each([
  ["namespace/watched", 'workload: got "namespace/watched", allowed: deployment/NAME'],
  ["deployment/none", "deployment/none: namespace watched has none of this name"],
])("%s is a clear no, before anything is sent", async (name, message) => {
  const { exitCode, all } = await watch(name, LIVENESS, []);
  expect(exitCode).toBe(2);
  expect(all).toContain(message);
  expect(all.split("\n")).toHaveLength(1);
});

import { mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { kubectl, profile, project, run } from "./lab.ts";

/** The namespace of services that are no stack of the lab. */
export const NAMESPACE = "watched";

/** Runs kubectl in the namespace; throws where it fails. */
export async function inNamespace(...args: string[]): Promise<string> {
  const { exitCode, all } = await run("kubectl", ["--context", profile, "--namespace", NAMESPACE, ...args]);
  if (exitCode !== 0) throw new Error(all);
  return all;
}

/** The image of the lab's own service that the node has. */
export async function ownImage(): Promise<string> {
  const { items } = await kubectl<{ items: { status: { images: { names: string[] }[] } }[] }>("get", "nodes");
  const names = items.flatMap(({ status }) => status.images).flatMap((image) => image.names);
  const image = names.find((name) => /^online-inference:v1-/.test(name));
  if (!image) throw new Error("the node has no image of release v1. Make it: bin/lab up pod");
  return image;
}

export interface Service {
  readonly kind: "Deployment" | "StatefulSet";
  readonly name: string;
  readonly image: string;
  readonly replicas: number;
  /** How long a pod goes on answering after it was told to end, in seconds; 0 for a pod that does not wait. */
  readonly preStopSeconds: number;
  readonly type: "NodePort" | "ClusterIP";
}

/** A workload and its Service as somebody else would write them: without any label of the lab's. */
function manifests({ kind, name, image, replicas, preStopSeconds, type }: Service): readonly object[] {
  const labels = { app: name };
  const container = {
    name: "web",
    image,
    ports: [{ containerPort: 8050 }],
    env: preStopSeconds > 0 ? [] : [{ name: "DRAIN_MS", value: "0" }],
    resources: { requests: { cpu: "50m", memory: "64Mi" } },
    readinessProbe: { httpGet: { path: "/readiness", port: 8050 }, periodSeconds: 1 },
    ...(preStopSeconds > 0 && { lifecycle: { preStop: { sleep: { seconds: preStopSeconds } } } }),
  };
  return [
    {
      apiVersion: "apps/v1",
      kind,
      metadata: { name, namespace: NAMESPACE },
      spec: {
        replicas,
        selector: { matchLabels: labels },
        ...(kind === "StatefulSet" && { serviceName: name }),
        template: { metadata: { labels }, spec: { terminationGracePeriodSeconds: 20, containers: [container] } },
      },
    },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name, namespace: NAMESPACE },
      spec: { type, selector: labels, ports: [{ port: 80, targetPort: 8050 }] },
    },
  ];
}

/** Applies the services, and waits until all their pods are Ready. */
export async function deploy(...services: readonly Service[]): Promise<void> {
  const input = JSON.stringify({ apiVersion: "v1", kind: "List", items: services.flatMap(manifests) });
  await execa("kubectl", ["--context", profile, "apply", "-f", "-"], { input });
  for (const { kind, name } of services) {
    await inNamespace("rollout", "status", `${kind.toLowerCase()}/${name}`, "--timeout=120s");
  }
}

export interface Watched {
  readonly exitCode: number | undefined;
  readonly all: string;
  /** All that was written into the report's folder, as one text. */
  readonly written: string;
}

/** Runs `bin/lab watch` with what is sent as a file; `all` is what it and the command print. */
export async function watch(
  name: string,
  request: object,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Watched> {
  const folder = await mkdtemp(join(tmpdir(), "online-inference-watched-"));
  const file = join(folder, "request.yaml");
  await writeFile(file, JSON.stringify(request));
  const common = ["--context", profile, "--namespace", NAMESPACE, "--request", file];
  const { exitCode, all } = await execa(join(project, "bin/lab"), ["watch", name, ...common, ...args], {
    cwd: project,
    env,
    reject: false,
    all: true,
    stdin: "ignore",
  });
  const report = /^report: (\S+);/m.exec(all)?.[1];
  const files = report === undefined ? [] : await readdir(join(project, report));
  const texts = files
    .filter((one) => !one.endsWith(".png"))
    .map((one) => readFile(join(project, report ?? "", one), "utf8"));
  return { exitCode, all, written: (await Promise.all(texts)).join("\n") };
}

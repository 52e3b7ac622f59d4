import { mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { execa } from "execa";
import type { ReportData } from "../../../observer/report/data.ts";
import { kubectl, profile, project, run } from "./lab.ts";

/** The image of the lab's own service that the node has. */
export async function ownImage(): Promise<string> {
  const { items } = await kubectl<{ items: { status: { images: { names: string[] }[] } }[] }>("get", "nodes");
  const names = items.flatMap(({ status }) => status.images).flatMap((image) => image.names);
  const image = names.find((name) => /^online-inference:v1-/.test(name));
  if (!image) throw new Error("the node has no image of release v1. Make it: bin/lab up pod");
  return image;
}

/** A workload and its Service, to be deployed. */
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
      metadata: { name },
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
      metadata: { name },
      spec: { type, selector: labels, ports: [{ port: 80, targetPort: 8050 }] },
    },
  ];
}

/** How a watch ended. */
export interface Watched {
  readonly exitCode: number | undefined;
  /** What it and the command printed. */
  readonly all: string;
  /** All that was written into the report's folder, as one text. */
  readonly written: string;
  /** Its report.json; absent where it printed no report. */
  readonly report?: ReportData;
}

/** A watch that runs. */
export interface Watching {
  /** Resolves when it has printed the text; rejects where it ends before. */
  readonly printed: (text: string) => Promise<void>;
  readonly kill: (signal: "SIGINT" | "SIGTERM") => void;
  /** Presses Ctrl-C, which in a terminal reaches the watch and the command that it runs. */
  readonly pressCtrlC: () => void;
  /** Closes the terminal: nobody reads any more what is printed; the kernel sends SIGHUP to all of the group, the shell to the watch. */
  readonly hangUp: () => void;
  /** Whether the watch, or anything that it has started, still runs. */
  readonly runs: () => boolean;
  readonly ended: Promise<Watched>;
}

/** What is sent as a file, the arguments after the common ones, and variables of the environment. */
export type WatchArguments = readonly [
  name: string,
  request: object,
  args: readonly string[],
  env?: Readonly<Record<string, string>>,
];

/** What tests do in a namespace of their own: services that are no stack of the lab, and watches of them. */
export function servicesIn(namespace: string) {
  const here = ["--context", profile, "--namespace", namespace];

  /** Runs kubectl in the namespace; throws where it fails. */
  async function inNamespace(...args: string[]): Promise<string> {
    const { exitCode, all } = await run("kubectl", [...here, ...args]);
    if (exitCode !== 0) throw new Error(all);
    return all;
  }

  async function apply(...items: readonly object[]): Promise<void> {
    const input = JSON.stringify({ apiVersion: "v1", kind: "List", items });
    await execa("kubectl", [...here, "apply", "-f", "-"], { input });
  }

  /** Applies the services, and waits until all their pods are Ready. */
  async function deploy(...services: readonly Service[]): Promise<void> {
    await apply(...services.flatMap(manifests));
    for (const { kind, name } of services) {
      await inNamespace("rollout", "status", `${kind.toLowerCase()}/${name}`, "--timeout=120s");
    }
  }

  /** Starts `bin/lab watch`; the kubeconfig's context is minikube's unless `env` names another kubeconfig. */
  async function startWatch(...[name, request, args, env = {}]: WatchArguments): Promise<Watching> {
    const folder = await mkdtemp(join(tmpdir(), "online-inference-watched-"));
    const file = join(folder, "request.yaml");
    await writeFile(file, JSON.stringify(request));
    const context = "KUBECONFIG" in env ? [] : ["--context", profile];
    const common = [...context, "--namespace", namespace, "--request", file];
    const child = execa(join(project, "bin/lab"), ["watch", name, ...common, ...args], {
      cwd: project,
      env,
      reject: false,
      all: true,
      stdin: "ignore",
      // A process group of its own, as a shell makes one of each command.
      detached: true,
      // On a busy machine it takes longer than execa's 5 s to end in good order after a SIGTERM.
      forceKillAfterDelay: false,
    });
    const group = -(child.pid ?? Number.NaN);
    let soFar = "";
    let hasEnded = false;
    void child.finally(() => {
      hasEnded = true;
    });
    child.all.on("data", (data: Buffer) => {
      soFar += data;
    });
    return {
      kill: (signal) => void child.kill(signal),
      pressCtrlC: () => void process.kill(group, "SIGINT"),
      hangUp() {
        child.stdout.destroy();
        child.stderr.destroy();
        process.kill(group, "SIGHUP");
        child.kill("SIGHUP");
      },
      runs() {
        try {
          return process.kill(group, 0);
        } catch {
          return false;
        }
      },
      async printed(text) {
        while (!soFar.includes(text)) {
          if (hasEnded) throw new Error(`it ended before it printed ${JSON.stringify(text)}: ${soFar}`);
          await setTimeout(100);
        }
      },
      ended: child.then(async ({ exitCode, all }) => ({ exitCode, all, ...(await writtenBy(all)) })),
    };
  }

  const watch = async (...args: WatchArguments): Promise<Watched> => (await startWatch(...args)).ended;

  return { inNamespace, apply, deploy, startWatch, watch };
}

/** The texts in the folder of the report that a watch has printed, and its report as data. */
async function writtenBy(all: string): Promise<Pick<Watched, "written" | "report">> {
  const report = /^report: (\S+);/m.exec(all)?.[1];
  if (report === undefined) return { written: "" };
  const folder = join(project, report);
  const files = (await readdir(folder)).filter((one) => !one.endsWith(".png"));
  const texts = await Promise.all(files.map((one) => readFile(join(folder, one), "utf8")));
  const json = texts[files.indexOf("report.json")];
  return { written: texts.join("\n"), ...(json !== undefined && { report: JSON.parse(json) as ReportData }) };
}

import { join } from "node:path";
import { parseArgs } from "node:util";
import { RESERVED_NODE_PORTS } from "../../common/lab-node-ports.ts";
import { MINIKUBES_PROFILE } from "../../common/minikubes-profile.ts";
import { UserError } from "../../common/user-error.ts";
import { resolvePaths } from "../../setup/machine/paths.ts";
import { type Comparison, type Measured, measurePairs, tableOf } from "./pairs.ts";
import { closeWorkplace, newStack, openWorkplace, run, type Stack } from "./workplace.ts";

/*
 * The lab's commands beside the least that Pulumi and kubectl take on this machine, in pairs:
 *
 *     a no-op `pulumi up` and `pulumi preview`   the same of a program of one ConfigMap and one image
 *     a rollout of six replicas by `pulumi up`   that no-op, and `kubectl set image` with `rollout status`
 *
 * It needs what `bin/lab up pod` brings, and `eval "$(bin/lab env)"`. Its stacks have a backend, namespaces and NodePorts of their
 * own, and are gone at the end.
 */

const USAGE = "npm run bench:commands -- [--pairs N] [--profile NAME]";
const NAMESPACE = "bench-commands";
const NODE_PORTS = { pod: String(RESERVED_NODE_PORTS.benchPod), rolling: String(RESERVED_NODE_PORTS.benchRolling) };
/** Requested by each pod, so that twice the replicas and their copy have room beside the user's own stacks. */
const LITTLE_CPU = "20";
const MAX_PAIRS = 50;
const YES = ["--yes"];

const note = (line: string): void => console.error(line);

function readFlags(args: readonly string[]): { readonly pairs: number; readonly profile: string } {
  const { values } = parse(args);
  const pairs = Number(values.pairs);
  if (!Number.isInteger(pairs) || pairs < 1 || pairs > MAX_PAIRS)
    throw new UserError(`--pairs: got ${JSON.stringify(values.pairs)}, allowed: 1 to ${MAX_PAIRS}. ${USAGE}`);
  return { pairs, profile: values.profile };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: { pairs: { type: "string", default: "5" }, profile: { type: "string", default: MINIKUBES_PROFILE } },
    });
  } catch (error) {
    throw new UserError(`${(error as Error).message} ${USAGE}`, { cause: error });
  }
}

async function main({ pairs, profile }: ReturnType<typeof readFlags>): Promise<void> {
  const { project } = resolvePaths();
  const kubectl = (args: readonly string[], input = "") => run(["kubectl", "--context", profile, ...args], { input });
  const place = await openWorkplace();
  const stacks: Stack[] = [];
  const begin = async (...args: Parameters<typeof newStack> extends [unknown, ...infer Rest] ? Rest : never) => {
    const stack = await newStack(place, ...args);
    stacks.push(stack);
    return stack;
  };
  try {
    await kubectl(["create", "namespace", NAMESPACE]);
    note("deploying the floor, a Pod, and six replicas");
    const docker = await dockerOf(profile);
    const floor = await begin(
      { folder: join(project, "bench", "commands", "floor"), name: "online-inference-floor" },
      "floor",
      { ...docker, context: profile, namespace: NAMESPACE },
    );
    const lab = { folder: project, name: "online-inference" };
    const pod = await begin(lab, "bench-pod", { experiment: "pod", profile, nodePort: NODE_PORTS.pod });
    const rolling = await begin(lab, "bench-rolling", {
      experiment: "rolling",
      profile,
      nodePort: NODE_PORTS.rolling,
      cpuRequestMillicores: LITTLE_CPU,
    });
    await floor.pulumi(["up", ...YES]);
    await pod.pulumi(["up", ...YES]);
    // Both releases' images are there before anything is timed.
    await rolling.pulumi(["up", ...YES], { release: "v2" });
    await rolling.pulumi(["up", ...YES], { release: "v1" });
    const rollout = await kubectlRollout(kubectl);
    const measured: Measured[] = [];
    for (const comparison of comparisons({ floor, pod, rolling, rollout }))
      measured.push(await measurePairs(comparison, pairs, note));
    console.log(tableOf(measured));
  } finally {
    for (const stack of stacks.reverse()) await stack.remove().catch(({ message }: Error) => note(message));
    await kubectl(["delete", "namespace", NAMESPACE, "--wait=false"]).catch(({ message }: Error) => note(message));
    await closeWorkplace(place);
  }
}

interface Subjects {
  readonly floor: Stack;
  readonly pod: Stack;
  readonly rolling: Stack;
  readonly rollout: () => Promise<void>;
}

function comparisons({ floor, pod, rolling, rollout }: Subjects): readonly Comparison[] {
  const noOp = { name: "floor", run: () => floor.pulumi(["up", ...YES]) };
  let release = "v1";
  return [
    {
      name: "pulumi up, nothing to do",
      ours: { name: "pod", run: () => pod.pulumi(["up", ...YES]) },
      measure: [noOp],
      allowedSeconds: 1,
    },
    {
      name: "pulumi preview",
      ours: { name: "pod", run: () => pod.pulumi(["preview"]) },
      measure: [{ name: "floor", run: () => floor.pulumi(["preview"]) }],
      allowedSeconds: 1,
    },
    {
      name: "pulumi up, a rollout of 6 replicas",
      ours: {
        name: "rolling",
        run() {
          release = release === "v1" ? "v2" : "v1";
          return rolling.pulumi(["up", ...YES], { release });
        },
      },
      measure: [{ name: "kubectl", run: rollout }, noOp],
      allowedSeconds: 1,
    },
  ];
}

/** A copy of the Deployment that is not Pulumi's, and its rollout from one release's image to the other's and back. */
async function kubectlRollout(kubectl: (args: readonly string[], input?: string) => Promise<string>) {
  const ours = "online-inference-bench-rolling";
  const text = await kubectl(["--namespace", ours, "get", "deployments", "--output", "json"]);
  const [deployment] = (JSON.parse(text) as { readonly items: readonly Deployment[] }).items;
  if (!deployment) throw new Error(`namespace ${ours} has no Deployment`);
  const { name } = deployment.metadata;
  const [container] = deployment.spec.template.spec.containers;
  const images = await imagesOf(kubectl, ours);
  const copy = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace: NAMESPACE },
    spec: deployment.spec,
  };
  await kubectl(["apply", "--filename", "-"], JSON.stringify(copy));
  const status = () => kubectl(["--namespace", NAMESPACE, "rollout", "status", `deployment/${name}`]);
  await status();
  let index = images.indexOf(container?.image ?? "");
  return async () => {
    index = (index + 1) % images.length;
    await kubectl([
      "--namespace",
      NAMESPACE,
      "set",
      "image",
      `deployment/${name}`,
      `${container?.name}=${images[index]}`,
    ]);
    await status();
  };
}

interface Deployment {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly template: {
      readonly spec: { readonly containers: readonly { readonly name: string; readonly image: string }[] };
    };
  };
}

/** The images that the Deployment's ReplicaSets have had, which are those of both releases. */
async function imagesOf(kubectl: (args: readonly string[]) => Promise<string>, namespace: string): Promise<string[]> {
  const path = "{.items[*].spec.template.spec.containers[0].image}";
  const images = await kubectl(["--namespace", namespace, "get", "replicasets", "--output", `jsonpath=${path}`]);
  return [...new Set(images.split(" "))];
}

/** The floor's config by which the docker plugin reaches the daemon in minikube's node. */
async function dockerOf(profile: string): Promise<Readonly<Record<string, string>>> {
  const text = await run(["minikube", "--profile", profile, "docker-env", "--shell", "none", "--output", "json"]);
  const { DOCKER_HOST = "", DOCKER_CERT_PATH = "" } = JSON.parse(text) as Readonly<Record<string, string>>;
  const platform = process.arch === "arm64" ? "linux/arm64" : "linux/amd64";
  return { dockerHost: DOCKER_HOST, dockerCertPath: DOCKER_CERT_PATH, platform };
}

// The command under way ends by the same Ctrl-C, and what was deployed is destroyed.
process.once("SIGINT", () => note("interrupted: destroying what was deployed"));

try {
  await main(readFlags(process.argv.slice(2)));
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  console.error(`error: ${error.message}`);
  process.exitCode = 2;
}

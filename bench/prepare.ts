import { existsSync, readFileSync } from "node:fs";
import { copyFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { buildContext } from "../service/build.ts";
import { bundleAlike } from "../service/bundle.ts";
import type { Paths } from "../setup/machine/paths.ts";
import { buildBaseline } from "./baseline.ts";
import { installPeer } from "./install.ts";
import { PEERS_DIR, type Peer, type Places } from "./peers.ts";
import type { Python } from "./python.ts";
import { nodeSize, pythonSize, type Size } from "./size.ts";

/** The trainer's file: rows, and scikit-learn's own answers to them. */
export interface Expected {
  readonly rows: number[][];
  readonly releases: { readonly v1: { readonly probability: number[] } };
}

/** Reads the trainer's rows and answers. */
export function readExpected(paths: Paths): Expected {
  return JSON.parse(readFileSync(expectedFile(paths), "utf8"));
}

/** A peer that can be started, or the reason why it cannot. */
export type Prepared =
  | { readonly peer: Peer; readonly version: string; readonly size: Size; readonly places: Places }
  | { readonly peer: Peer; readonly version: string; readonly missing: string };

/** What all servers start from: our own service's places, the interpreter of the Python peers, and the checkout. */
export interface Ground {
  readonly paths: Paths;
  readonly ours: Places;
  /** Absent if no Python peer takes part. */
  readonly python?: Python;
}

const ARCH = process.arch === "arm64" ? "arm64" : "x64";

/** Builds our service's files as in its image; returns how it is started. */
export async function prepareOurs(paths: Paths): Promise<Places> {
  const home = join(paths.cache, "bench", "ours");
  await buildContext({ release: "v1", arch: ARCH, outDir: home });
  return placesOf(home, home, {
    node: await copyOfNode(paths),
    model: join(home, "app", "model.onnx"),
    expectedFile: expectedFile(paths),
  });
}

function placesOf(context: string, home: string, shared: Pick<Places, "node" | "model" | "expectedFile">): Places {
  const dockerfile = readFileSync(join(context, "Dockerfile"), "utf8");
  return {
    ...shared,
    home,
    app: join(context, "app"),
    nodeArguments: nodeArgumentsOf(dockerfile),
    environment: environmentOf(dockerfile),
  };
}

/** Copies Node.js into the cache: with this process's own file, servers would share its pages, and their memory seem less. */
async function copyOfNode({ cache }: Paths): Promise<string> {
  const copy = join(cache, "bench", `node-${process.version}`);
  await mkdir(join(cache, "bench"), { recursive: true });
  if (!existsSync(copy)) await copyFile(process.execPath, copy);
  return copy;
}

/** The arguments after `node` in a Dockerfile's CMD, options and script: the benchmark runs the service with the image's own. */
export function nodeArgumentsOf(dockerfile: string): string[] {
  const [, json = "[]"] = /^CMD (\[.*\])$/m.exec(dockerfile) ?? [];
  const [node, ...args] = JSON.parse(json) as string[];
  if (node !== "node") throw new Error(`The service's Dockerfile has no CMD that begins with node: ${json}.`);
  return args;
}

/** The variables that a Dockerfile sets. */
export function environmentOf(dockerfile: string): Record<string, string> {
  const lines = [...dockerfile.matchAll(/^ENV (.*)$/gm)].map(([, pairs = ""]) => pairs);
  return Object.fromEntries(lines.flatMap((pairs) => pairs.split(" ").map((pair) => pair.split("=", 2))));
}

/** Builds or installs a peer and measures its size. A failure is returned as the reason, not thrown. */
export async function preparePeer(peer: Peer, ground: Ground): Promise<Prepared> {
  try {
    return peer.runtime === "node" ? await prepareNode(peer, ground) : await preparePython(peer, ground);
  } catch (error) {
    return { peer, version: "not prepared", missing: (error as Error).message };
  }
}

async function prepareNode(peer: Peer, { paths, ours }: Ground): Promise<Prepared> {
  const version = `Node.js ${process.version}`;
  const places = await placesOfNode(peer, paths, ours);
  return { peer, places, version, size: await nodeSize(places.app, places.node) };
}

async function placesOfNode({ name }: Peer, paths: Paths, ours: Places): Promise<Places> {
  if (name === "ours") return ours;
  if (name === "baseline") return placesOf(await buildBaseline(paths, ARCH), ours.home, ours);
  const home = join(paths.cache, "bench", name);
  const options = ours.nodeArguments.filter((argument) => argument.startsWith("--"));
  await bundleAlike(join(PEERS_DIR, name, "app.ts"), join(home, "app"));
  return { ...ours, home, app: join(home, "app"), nodeArguments: [...options, "app.mjs"] };
}

async function preparePython(peer: Peer, { paths, ours, python }: Ground): Promise<Prepared> {
  if (!python) throw new Error("no Python was chosen");
  const home = join(paths.cache, "bench", peer.name);
  await installPeer(peer.name, home, join(paths.project, "service", "model"), python);
  const own = join(home, "venv", "bin", "python");
  return { peer, places: { ...ours, home }, version: await versionsOf(own), size: await pythonSize(own) };
}

function expectedFile({ project }: Paths): string {
  return join(project, "service", "model", "expected.json");
}

const SHOWN = [
  "bentoml",
  "mlserver",
  "litserve",
  "fastapi",
  "pydantic",
  "uvicorn",
  "uvloop",
  "httptools",
  "orjson",
  "onnxruntime",
  "scikit-learn",
];

async function versionsOf(python: string): Promise<string> {
  const { stdout } = await execa(python, ["-m", "pip", "freeze", "--disable-pip-version-check"]);
  const pins = new Map(stdout.split("\n").map((line) => line.split("==", 2) as [string, string]));
  return SHOWN.flatMap((name) => (pins.has(name) ? [`${name} ${pins.get(name)}`] : [])).join(", ");
}

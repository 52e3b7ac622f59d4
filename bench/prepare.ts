import { readFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { buildContext } from "../service/build.ts";
import type { Paths } from "../setup/machine/paths.ts";
import { installPeer } from "./install.ts";
import type { Peer, Places } from "./peers.ts";
import { nodeSize, pythonSize } from "./size.ts";

/** The trainer's file: rows, and scikit-learn's own answers to them. */
export interface Expected {
  readonly rows: number[][];
  readonly releases: { readonly v1: { readonly probability: number[] } };
}

/** Reads the trainer's rows and answers. */
export function readExpected({ project }: Paths): Expected {
  return JSON.parse(readFileSync(join(project, "service", "model", "expected.json"), "utf8"));
}

/** A peer that can be started, or the reason why it cannot. */
export type Prepared =
  | { readonly peer: Peer; readonly version: string; readonly sizeBytes: number; readonly places: Places }
  | { readonly peer: Peer; readonly version: string; readonly missing: string };

/** Builds our service's files as in its image; returns their folder, and the image's environment and options for Node.js. */
export async function prepareOurs(paths: Paths): Promise<Omit<Places, "home">> {
  const context = join(paths.cache, "bench", "ours");
  await buildContext({ release: "v1", arch: process.arch === "arm64" ? "arm64" : "x64", outDir: context });
  const app = join(context, "app");
  const dockerfile = readFileSync(join(context, "Dockerfile"), "utf8");
  return {
    app,
    nodeOptions: nodeOptionsOf(dockerfile),
    environment: environmentOf(dockerfile),
    model: join(app, "model.onnx"),
  };
}

/** The options between `node` and the script in a Dockerfile's CMD: the benchmark runs the service with the image's own. */
export function nodeOptionsOf(dockerfile: string): string[] {
  const [, json = "[]"] = /^CMD (\[.*\])$/m.exec(dockerfile) ?? [];
  const [node, ...args] = JSON.parse(json) as string[];
  if (node !== "node") throw new Error(`The service's Dockerfile has no CMD that begins with node: ${json}.`);
  return args.filter((arg) => arg.startsWith("--"));
}

/** The variables that a Dockerfile sets. */
export function environmentOf(dockerfile: string): Record<string, string> {
  const lines = [...dockerfile.matchAll(/^ENV (.*)$/gm)].map(([, pairs = ""]) => pairs);
  return Object.fromEntries(lines.flatMap((pairs) => pairs.split(" ").map((pair) => pair.split("=", 2))));
}

/** Installs a peer and measures its size. A failure is returned as the reason, not thrown. */
export async function preparePeer(peer: Peer, paths: Paths, ours: Omit<Places, "home">): Promise<Prepared> {
  const home = join(paths.cache, "bench", peer.name);
  const places = { ...ours, home };
  if (peer.runtime === "node") {
    const folder = peer.name === "ours" ? ours.app : join(paths.project, "node_modules", "fastify");
    return { peer, places, version: `Node.js ${process.version}`, sizeBytes: await nodeSize(folder) };
  }
  try {
    await installPeer(peer.name, home, join(paths.project, "service", "model"));
    const python = join(home, "venv", "bin", "python");
    return { peer, places, version: await versionsOf(python), sizeBytes: await pythonSize(python) };
  } catch (error) {
    return { peer, version: "not installed", missing: `cannot be installed: ${(error as Error).message}` };
  }
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

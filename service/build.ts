import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { BINDING, bundle } from "./bundle.ts";
import { RELEASES, type Release } from "./releases.ts";
import { readCard } from "./src/card.ts";
import { DOCS_ASSETS, docsAssetsDir } from "./src/routes/docs.ts";
import { type Files, syncFolder } from "./sync-folder.ts";

const ARCHITECTURES = ["x64", "arm64"] as const;

/** An architecture that an image can be built for, by Node's name for it. */
export type Architecture = (typeof ARCHITECTURES)[number];

/** What to build, and the folder that becomes the docker build context. */
export interface ContextOptions {
  readonly release: Release;
  readonly arch: Architecture;
  readonly outDir: string;
}

const SERVICE_DIR = import.meta.dirname;
const MODEL_DIR = join(SERVICE_DIR, "model");
const ORT_LIBRARY = "libonnxruntime.so.1";

/**
 * Makes `outDir` a complete docker build context: the Dockerfile, and `app/` as it lies in the image. The same sources
 * give the same bytes and modes, unchanged files are not touched, and two processes may do it at once.
 * @throws {Error} when the release or the architecture is unknown, or the service does not bundle.
 */
export async function buildContext({ release, arch, outDir }: ContextOptions): Promise<void> {
  requireOneOf("release", release, RELEASES);
  requireOneOf("architecture", arch, ARCHITECTURES);
  await syncFolder(outDir, await contextFiles(release, arch));
}

function requireOneOf(what: string, value: string, allowed: readonly string[]): void {
  if (!allowed.includes(value))
    throw new Error(`Unknown ${what} ${JSON.stringify(value)}; allowed: ${allowed.join(", ")}.`);
}

async function contextFiles(release: Release, arch: Architecture): Promise<Files> {
  const cardFile = join(MODEL_DIR, `${release}.json`);
  const ort = dirname(createRequire(import.meta.url).resolve("onnxruntime-node/package.json"));
  const native = join(ort, "bin", "napi-v6", "linux", arch);
  const sources: Record<string, string> = {
    Dockerfile: join(SERVICE_DIR, "Dockerfile"),
    "app/model.onnx": join(MODEL_DIR, readCard(cardFile).onnx?.file ?? "model.onnx"),
    "app/card.json": cardFile,
    [`app/lib/${BINDING}`]: join(native, BINDING),
    [`app/lib/${ORT_LIBRARY}`]: join(native, ORT_LIBRARY),
  };
  for (const name of DOCS_ASSETS) sources[`app/docs/${name}`] = join(docsAssetsDir(), name);

  const [modules, ...contents] = await Promise.all([
    bundle(SERVICE_DIR),
    ...Object.values(sources).map((source) => readFile(source)),
  ]);
  const files = new Map([...modules].map(([name, content]) => [`app/${name}`, content]));
  Object.keys(sources).forEach((path, index) => {
    files.set(path, contents[index] as Uint8Array);
  });
  return files;
}
